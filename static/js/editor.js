// The editor of a draft. Without scripts it is a plain form; each part below makes one thing easier.
import { startAside } from "./editor_aside.js";
import { startPoints } from "./editor_points.js";
import { startProse } from "./editor_prose.js";
import { startRelated, startVariants } from "./editor_rows.js";
import { startSaving } from "./editor_saving.js";

const form = document.querySelector("[data-draft]");
const saying = form.querySelector("[data-saying]");

// What was kept and is offered above is decided on first; typing on would be kept instead of it.
form.inert = "waits" in form.dataset;
startPoints(form.querySelector("[data-points]"));
for (const field of form.querySelectorAll("[data-prose]")) startProse(field);
startVariants(form.querySelector("[data-variants]"));
startRelated(form.querySelector("[data-related]"), form);
startSaving(form, (sentence) => {
  saying.textContent = sentence;
});
startAside(form);

// A file attached beside the form is a change of the text: what is being written here goes on from it,
// unless somebody else changed the text as well.
const moment = (text) => `${Date.parse(text)} ${/\.(\d+)/.exec(text)?.[1] ?? ""}`;
addEventListener("wenqu:attachments", ({ detail }) => {
  const seen = form.elements.seen_at;
  if (moment(seen.value) === moment(detail.changedFrom)) seen.value = detail.changedAt;
});

const press = (act) => form.querySelector(`button[name="act"][value="${act}"]`).click();

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.shiftKey) return;
  if (!(event.ctrlKey || event.metaKey)) return;
  if (event.key === "s") {
    event.preventDefault();
    press("save");
  } else if (event.key === "Enter") {
    event.preventDefault();
    press("submit");
  }
});
// Enter in a line of the form is not "save": whoever types a question goes on typing.
form.addEventListener("keydown", (event) => {
  const isLine = event.target.matches("input:not([type='checkbox'])");
  if (event.key === "Enter" && isLine && !event.ctrlKey && !event.metaKey) event.preventDefault();
});
