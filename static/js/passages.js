// Choosing passages of a notice: with the mouse or with the keyboard; each group of them becomes one draft.
// What is sent is the number beside each paragraph, which is also all there is without scripts.

const form = document.querySelector("[data-passages]");
const rows = [...form?.querySelectorAll("[data-passage]") ?? []];
const most = Number(form?.dataset.most ?? 0);
const said = form?.querySelector("[data-said]");

const boxOf = (row) => row.querySelector('input[type="number"]');
const textOf = (row) => row.querySelector("[data-text]");
const isChosen = (row) => row.classList.contains("is-chosen");
const numbers = () => [...new Set(rows.map((row) => Number(boxOf(row).value)).filter(Boolean))].sort((a, b) => a - b);

let anchor = 0;
let pressedOn = -1;

function show() {
  for (const row of rows) {
    const number = boxOf(row).value;
    row.classList.toggle("is-drafted", number !== "");
    row.querySelector("[data-draft]").textContent = number ? `${said.dataset.textDraft} ${number}` : "";
    const text = textOf(row);
    text.setAttribute("aria-checked", String(isChosen(row)));
    if (number) text.setAttribute("aria-description", `${said.dataset.textDraft} ${number}`);
    else text.removeAttribute("aria-description");
  }
  const chosen = rows.filter(isChosen).length;
  const drafts = numbers().length;
  form.querySelector("[data-group]").disabled = chosen === 0 || drafts >= most;
  said.textContent = [
    chosen ? `${said.dataset.textChosen} ${chosen}` : "",
    drafts ? `${said.dataset.textDrafts} ${drafts}` : "",
  ].filter(Boolean).join(" · ");
}

function choose(row, on = !isChosen(row)) {
  row.classList.toggle("is-chosen", on);
}

function chooseRange(from, to) {
  const [first, last] = from < to ? [from, to] : [to, from];
  for (let place = first; place <= last; place += 1) choose(rows[place], true);
}

function makeGroup() {
  const used = new Set(numbers());
  const chosen = rows.filter(isChosen);
  if (chosen.length === 0 || used.size >= most) return;
  for (const row of chosen) boxOf(row).value = "";
  const left = new Set(numbers());
  let number = 1;
  while (left.has(number)) number += 1;
  for (const row of chosen) {
    boxOf(row).value = String(number);
    choose(row, false);
  }
  show();
}

function takeOut(row) {
  boxOf(row).value = "";
  choose(row, false);
  show();
}

function focus(place) {
  const wanted = Math.max(0, Math.min(rows.length - 1, place));
  for (const [at, row] of rows.entries()) textOf(row).tabIndex = at === wanted ? 0 : -1;
  textOf(rows[wanted]).focus();
  return wanted;
}

function step(place, event) {
  const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
  const to = focus(next);
  if (event.shiftKey) chooseRange(anchor, to);
  else anchor = to;
  show();
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const place = rows.findIndex((row) => textOf(row) === event.target);
  if (place < 0) return;
  if (event.key === " ") {
    if (event.shiftKey) chooseRange(anchor, place);
    else choose(rows[place]);
    anchor = place;
    show();
  } else if (event.key === "Enter") makeGroup();
  else if (event.key === "Delete" || event.key === "Backspace") takeOut(rows[place]);
  else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) step(place, event);
  else return;
  event.preventDefault();
}

// A click turns one paragraph on or off, with Shift a range; a selection of text takes every paragraph it touches.
function released(event) {
  const selection = getSelection();
  const place = rows.findIndex((row) => row.contains(event.target));
  if (selection && !selection.isCollapsed && !event.shiftKey) {
    const touched = rows.filter((row) => selection.containsNode(textOf(row), true));
    if (touched.length === 0) return;
    for (const row of touched) choose(row, true);
  } else if (place < 0 || place !== pressedOn || event.target.closest("a")) return;
  else if (event.shiftKey) {
    chooseRange(anchor, place);
    selection?.removeAllRanges();
  } else {
    choose(rows[place]);
    anchor = place;
  }
  if (place >= 0) focus(place);
  show();
}

function begin() {
  for (const [place, row] of rows.entries()) {
    const text = textOf(row);
    text.setAttribute("role", "checkbox");
    text.tabIndex = place === 0 ? 0 : -1;
  }
  for (const part of form.querySelectorAll("[data-without-script]")) part.hidden = true;
  for (const part of form.querySelectorAll("[data-with-script], [data-group]")) part.hidden = false;
  form.addEventListener("keydown", pressed);
  form.addEventListener("pointerdown", (event) => {
    pressedOn = rows.findIndex((row) => row.contains(event.target));
  });
  document.addEventListener("pointerup", (event) => {
    if (pressedOn >= 0 && event.button === 0) setTimeout(released, 0, event);
  });
  form.querySelector("[data-group]").addEventListener("click", makeGroup);
  form.addEventListener("submit", () => makeGroup()); // what is chosen and in no draft yet becomes one
  addEventListener("pageshow", show);
  show();
}

if (rows.length > 0) begin();
