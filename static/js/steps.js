// From a key point's arrow to the step it names, and back: the step is marked and has the focus.

/** Follow a link of `data-step`; whether it was one. */
export function followStep(link) {
  const step = link && document.getElementById(link.hash.slice(1));
  if (!step) return false;
  for (const other of step.closest("ol").querySelectorAll(".is-marked")) other.classList.remove("is-marked");
  step.classList.add("is-marked");
  step.tabIndex = -1; // only now: a click on a step must leave the keys to the reader around it
  step.addEventListener("blur", () => step.removeAttribute("tabindex"), { once: true });
  step.focus({ preventScroll: true });
  step.scrollIntoView({ block: "nearest" });
  return true;
}
