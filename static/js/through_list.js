// Through a list with j and k or the arrows; Enter is the browser's, for the link has the focus.
// Ctrl+Enter in a field that says so sends its form.

const links = () => [...document.querySelectorAll("[data-through]")];
const isField = (element) => element.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const holds = (row) => row?.contains(document.activeElement) ?? false;
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function go(step) {
  const all = links();
  if (!all.length) return false;
  const at = all.findIndex((link) => link === document.activeElement || holds(link.closest("[data-proposal]")));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && event.ctrlKey && event.target.matches?.("[data-send-with-enter]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey || isField(event.target)) return;
  const isArrow = event.key.startsWith("Arrow");
  // Without a place in the list yet, the arrows go on scrolling the page.
  if (isArrow && !document.activeElement?.matches("[data-through]")) return;
  const step = STEPS[event.key];
  if (step && !event.target.closest?.("details.menu") && go(step)) event.preventDefault();
});

for (const told of document.querySelectorAll("[data-through-keys]")) told.hidden = links().length === 0;
