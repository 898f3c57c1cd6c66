// The order of a category while it is changed: Alt with an arrow moves an entry, a place that is written too.

function renumber(list) {
  [...list.querySelectorAll("[name=place]")].forEach((field, place) => {
    field.value = place + 1;
  });
}

function move(field, step) {
  const item = field.closest("li");
  const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(item);
  else other.after(item);
  renumber(item.parentElement);
  field.focus();
}

function moveTo(field) {
  const item = field.closest("li");
  const list = item.parentElement;
  const place = Number(field.value);
  if (!Number.isInteger(place) || place < 1) return;
  item.remove();
  list.insertBefore(item, list.children[place - 1] ?? null);
  renumber(list);
  field.focus();
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !event.target.matches?.("[data-places] [name=place]")) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  move(event.target, step);
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-places] [name=place]")) moveTo(event.target);
});
