// One entry, several faces: as for everybody, or as for a region or segment of customers.
const versionsOf = (article) => [...article.querySelectorAll("[data-version]")];
const choicesOf = (article) => [...article.querySelectorAll("[data-version-choice]")];

/** The part of the entry that is read now. */
export const shownVersion = (article) => versionsOf(article).find((version) => !version.hidden);

function show(article, number) {
  for (const version of versionsOf(article)) version.hidden = version.dataset.version !== number;
  for (const choice of choicesOf(article)) {
    choice.setAttribute("aria-pressed", String(choice.dataset.versionChoice === number));
  }
}

/** Show the variant of that name, or everybody's where the entry has none. */
export function showNamed(article, name) {
  const wanted = choicesOf(article).find((choice) => choice.dataset.versionName === name);
  show(article, wanted?.dataset.versionChoice ?? "0");
}

/** Show the next one, or with -1 the one before; its name as people read it, or nothing where there is one only. */
export function showNext(article, by) {
  const choices = choicesOf(article);
  if (!choices.length) return undefined;
  const now = choices.findIndex((choice) => choice.getAttribute("aria-pressed") === "true");
  const next = choices[(now + by + choices.length) % choices.length];
  show(article, next.dataset.versionChoice);
  return next.textContent;
}

export function wireVersions(article, told) {
  article.querySelector("[data-versions]")?.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-version-choice]");
    if (!choice) return;
    show(article, choice.dataset.versionChoice);
    told(choice.textContent);
  });
}
