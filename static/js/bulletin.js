// One bulletin on its page: what need not be confirmed is read by being seen, and the page says when it is over.

const LONGEST_TIMER = 2 ** 31 - 1;

const article = document.querySelector("[data-bulletin]");
const form = article.querySelector("[data-receipt]");
const part = (name) => article.querySelector(`[data-${name}]`);

function end() {
  part("over").hidden = false;
  if (form) form.hidden = true;
}

function hear({ detail: heard }) {
  if (heard.id !== Number(article.dataset.bulletin)) return;
  if (heard.state === "withdrawn") end();
  else if (heard.state === "changed") part("changed").hidden = false;
}

function waitForEnd({ endsAt, readAt }) {
  const left = endsAt ? Date.parse(endsAt) - Date.parse(readAt) : Infinity;
  if (left > 0 && left <= LONGEST_TIMER) setTimeout(end, left);
}

async function readAtSight() {
  if (document.hidden) {
    document.addEventListener("visibilitychange", readAtSight, { once: true });
    return;
  }
  const body = new URLSearchParams(new FormData(form));
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Wenqu-Card": "1" };
  try {
    const response = await fetch(form.action, { method: "POST", body, headers, credentials: "same-origin" });
    if (response.status !== 204) return;
    form.hidden = true;
    part("noted").hidden = false;
    dispatchEvent(new Event("wenqu:read"));
  } catch {
    // The button is still there.
  }
}

document.addEventListener("push:bulletin", hear);
waitForEnd(article.dataset);
if (form?.matches("[data-at-sight]")) readAtSight();
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || !form || form.hidden) return;
  if (event.code !== "KeyG" || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const choice = form.querySelector("[name=choice]");
  if (choice && !form.querySelector("[name=choice]:checked")) choice.focus();
  else form.requestSubmit();
});
