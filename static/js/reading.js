// An entry on a page of its own: copying and flagging work as on the desk; nothing is counted.
import { closeFlag, copyForCaller, keepInternalIn, openFlag, wireFlag } from "./piece.js";

const article = document.querySelector(".entry");
const told = document.createElement("p");
told.className = "notice good";
told.role = "status";
told.hidden = true;
article.prepend(told);

const acts = { copy: () => copyForCaller(article), flag: () => openFlag(article), "flag-cancel": () => closeFlag(article) };

keepInternalIn(article, () => {});
wireFlag(article, (sentence) => {
  told.textContent = sentence;
  told.hidden = false;
});
document.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape" && closeFlag(article)) event.preventDefault();
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const act = { KeyC: "copy", KeyF: "flag" }[event.code];
  if (!act) return;
  event.preventDefault();
  acts[act]();
});
