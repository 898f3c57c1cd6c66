// Pictures of the report: one stop of the Tab key each, the arrows go from mark to mark; Enter is the link's own.

const marks = (picture) => [...picture.querySelectorAll("svg a")];

function makeOneStop(picture) {
  marks(picture).forEach((mark, place) => mark.setAttribute("tabindex", place ? "-1" : "0"));
}

function middle(mark) {
  const box = mark.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

// The nearest mark in that direction; what lies straight ahead counts before what lies aside.
function nearest(picture, from, across, down) {
  const here = middle(from);
  let best = null;
  let least = Infinity;
  for (const mark of marks(picture)) {
    const there = middle(mark);
    const ahead = (there.x - here.x) * across + (there.y - here.y) * down;
    const aside = Math.abs((there.x - here.x) * down) + Math.abs((there.y - here.y) * across);
    if (mark === from || ahead <= 1) continue;
    if (ahead + 3 * aside < least) {
      least = ahead + 3 * aside;
      best = mark;
    }
  }
  return best;
}

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

document.addEventListener("keydown", (event) => {
  const picture = event.target.closest?.("[data-marks]");
  const direction = DIRECTIONS[event.key];
  if (!picture || !direction || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const from = event.target.closest("a");
  const next = from && nearest(picture, from, ...direction);
  if (!next) return;
  event.preventDefault();
  from.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const picture = event.target.closest?.("[data-marks]");
  if (picture) makeOneStop(picture);
});
document.querySelectorAll("[data-marks]").forEach(makeOneStop);
