// Beside the form: what agents will see, entries like this one, and what the draft could be filed under.
import { ask, send, settled } from "./editor_asking.js";

const PAUSE_MS = 300;
const LONGER_PAUSE_MS = 700;
const LONGEST_ASKED = 300;

export function startAside(form) {
  const place = (name) => document.querySelector(`[data-${name}-place]`);
  const compared = place("compare");

  const preview = settled(async (signal) => {
    const piece = await send(form, form.dataset.preview, { signal });
    if (piece !== null) place("preview").innerHTML = piece;
  }, PAUSE_MS);

  let asked = null;
  const likeThis = settled(async (signal) => {
    const question = form.elements.question.value.slice(0, LONGEST_ASKED);
    const similar = form.elements.similar_questions.value.slice(0, LONGEST_ASKED);
    if (asked === question + "\n" + similar) return;
    const address = `${form.dataset.likeThis}&${new URLSearchParams({ q: question, similar })}`;
    const piece = await ask(address, { signal });
    if (piece === null) return;
    asked = question + "\n" + similar;
    place("like").innerHTML = piece;
    compared.hidden = true;
  }, LONGER_PAUSE_MS);

  const suggest = settled(async (signal) => {
    const piece = await send(form, form.dataset.suggestFields, { signal });
    if (piece !== null) place("suggest").innerHTML = piece;
  }, LONGER_PAUSE_MS);

  place("like").addEventListener("click", async (event) => {
    const button = event.target.closest("[data-compare]");
    if (!button) return;
    const isShown = button.getAttribute("aria-expanded") === "true";
    for (const each of place("like").querySelectorAll("[data-compare]")) each.setAttribute("aria-expanded", "false");
    compared.hidden = isShown;
    if (isShown) return;
    const piece = await send(form, button.dataset.compare);
    if (piece === null) return;
    compared.innerHTML = piece;
    compared.hidden = false;
    button.setAttribute("aria-expanded", "true");
  });

  place("suggest").addEventListener("click", (event) => {
    const button = event.target.closest("[data-suggest]");
    if (!button) return;
    const field = form.elements[button.dataset.suggest];
    const value = button.dataset.value;
    field.value = field.type === "textarea" ? [field.value.trim(), value].filter(Boolean).join("\n") : value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    button.remove();
  });

  form.addEventListener("input", () => {
    preview();
    likeThis();
    suggest();
  });
  for (const part of document.querySelectorAll("[data-like-part], [data-suggest-part]")) part.hidden = false;
  preview();
  likeThis();
  suggest();
}
