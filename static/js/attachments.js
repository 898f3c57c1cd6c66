// Files beside a draft, without loading the page anew: what else is being written on it stays.
const section = () => document.querySelector("[data-attachments]");

function say(sentence) {
  const error = section().querySelector("[data-attachments-error]");
  error.textContent = sentence;
  error.hidden = false;
}

const told = (name) => section().querySelector(`[data-${name}]`).textContent;

/** Put the answer in place of the piece, and tell the editor which text it is of now. */
function show(html, name) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  section().replaceWith(fresh.content);
  const { changedFrom, changedAt } = section().dataset;
  dispatchEvent(new CustomEvent("wenqu:attachments", { detail: { changedFrom, changedAt } }));
  section().querySelector(`[name="${name}"]`)?.focus();
}

async function send(form) {
  const file = form.elements.file?.files[0];
  if (file && file.size > Number(section().dataset.largest)) return say(told("too-large"));
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  try {
    const headers = { "X-Wenqu-Piece": "1" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
    const isPiece = (answer.ok || answer.status === 422) && !answer.redirected;
    if (isPiece) return show(await answer.text(), "file");
    say(answer.status === 413 ? told("too-large") : told("not-sent"));
  } catch {
    say(told("not-sent"));
  }
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  return undefined;
}

document.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-attachments]")) return;
  event.preventDefault();
  send(event.target);
});
