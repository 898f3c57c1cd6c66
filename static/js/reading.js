// An entry on a page of its own: copying and flagging work as on the desk; nothing is counted.
import { focusBlank, wireBlanks } from "./blanks.js";
import { closeFlag, copyForCaller, keepInternalIn, openFlag, wireFlag } from "./piece.js";
import { followStep } from "./steps.js";
import { showNext, shownVersion, wireVersions } from "./versions.js";
import { stopWatching, watch } from "./watching.js";

const article = document.querySelector(".entry");
const told = document.createElement("p");
told.className = "notice good";
told.role = "status";
told.hidden = true;
article.prepend(told);

const acts = {
  copy: () => copyForCaller(article),
  fillBlanks: () => focusBlank(shownVersion(article)),
  flag: () => openFlag(article),
  "flag-cancel": () => closeFlag(article),
};
const isChanged = () => !article.querySelector("[data-changed]").hidden;
const KEYS = { KeyB: acts.fillBlanks, KeyC: acts.copy, KeyF: acts.flag };

function actOf(event) {
  if (event.code === "KeyV") return () => showNext(article, event.shiftKey ? -1 : 1);
  if (event.code === "KeyR" && isChanged()) return () => location.reload();
  return KEYS[event.code];
}

/** A page that is over says so; what it offers is only to be read. */
function hearWatch(what) {
  article.querySelector(`[data-${what}]`).hidden = false;
  if (what === "changed") return;
  stopWatching();
  for (const copy of article.querySelectorAll('[data-act="copy"]')) copy.disabled = true;
}

keepInternalIn(article, () => {});
wireVersions(article, () => {});
wireBlanks(article);
watch(article, hearWatch);
wireFlag(article, (sentence) => {
  told.textContent = sentence;
  told.hidden = false;
});
document.addEventListener("click", (event) => {
  if (followStep(event.target.closest("[data-step]"))) event.preventDefault();
  acts[event.target.closest("[data-act]")?.dataset.act]?.();
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape" && closeFlag(article)) event.preventDefault();
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const act = actOf(event);
  if (!act) return;
  event.preventDefault();
  act();
});
