// Key points as an ordered list: moved by drag, by Alt+↑ ↓ or by buttons, parted by Enter, joined by Backspace.
// The plain text field stays what is sent: one point a line, a line break within a point as \n.

const BRANCH = /^(\d{1,2})([a-z])[\s.、．:：)）]+/;
const join = (texts) => texts.map((text) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")).join("\n");
const split = (text) => text.split("\n").filter(Boolean).map((line) => line.replace(/\\[n\\]/g, (found) => (found === "\\n" ? "\n" : "\\")));

/** The numbers agents will see, worked out as the desk does it. */
export function labelsOf(texts) {
  let last = 0;
  return texts.map((text) => {
    const named = BRANCH.exec(text);
    last = named ? Math.max(last, Number(named[1])) : last + 1;
    return named ? named[1] + named[2] : String(last);
  });
}

export function startPoints(field) {
  const plain = field.querySelector("textarea");
  const list = document.createElement("ol");
  const model = document.getElementById("point-template").content.firstElementChild;
  let dragged = null;

  const rows = () => [...list.children];
  const boxOf = (row) => row.querySelector("textarea");
  const texts = () => rows().map((row) => boxOf(row).value);

  function number() {
    const labels = labelsOf(texts());
    rows().forEach((row, place) => {
      row.querySelector("[data-label]").textContent = labels[place];
      row.classList.toggle("branch", BRANCH.test(boxOf(row).value));
      boxOf(row).setAttribute("aria-label", `${list.ariaLabel} ${labels[place]}`);
    });
  }

  function changed() {
    plain.value = join(texts().filter((text) => text.trim()));
    number();
    plain.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function add(text, after = null) {
    const row = model.cloneNode(true);
    boxOf(row).value = text;
    if (after) after.after(row);
    else list.append(row);
    fit(boxOf(row));
    return row;
  }

  function fit(box) {
    box.rows = Math.max(1, box.value.split("\n").length);
  }

  function focus(row, at = null) {
    const box = boxOf(row);
    box.focus();
    if (at !== null) box.setSelectionRange(at, at);
  }

  function move(row, by) {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const box = boxOf(row);
    const at = box.selectionStart;
    if (by < 0) other.before(row);
    else other.after(row);
    changed();
    focus(row, at);
  }

  function remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    focus(next ?? add(""));
    changed();
  }

  /** A follow-up of this point: the arrow in it, and the point it leads to below. */
  function follow(row) {
    const own = /^(\d+)/.exec(row.querySelector("[data-label]").textContent)[1];
    const taken = new Set(labelsOf(texts()));
    const letter = [..."abcdefghijklmnopqrstuvwxyz"].find((each) => !taken.has(own + each));
    if (!letter) return;
    boxOf(row).value = `${boxOf(row).value.trimEnd()} → ${own}${letter}`;
    let last = row;
    while (last.nextElementSibling && BRANCH.test(boxOf(last.nextElementSibling).value)) last = last.nextElementSibling;
    const branch = add(`${own}${letter} `, last);
    changed();
    focus(branch, boxOf(branch).value.length);
  }

  function pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const row = event.target.closest("li");
    const box = row && boxOf(row);
    if (!row || event.target !== box) return;
    if (event.altKey && !event.ctrlKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(row, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const rest = box.value.slice(box.selectionEnd);
      box.value = box.value.slice(0, box.selectionStart);
      fit(box);
      focus(add(rest, row), 0);
      changed();
    } else if (event.key === "Backspace" && box.selectionStart === 0 && box.selectionEnd === 0) {
      const before = row.previousElementSibling;
      if (!before) return;
      event.preventDefault();
      const at = boxOf(before).value.length;
      boxOf(before).value += box.value;
      row.remove();
      fit(boxOf(before));
      focus(before, at);
      changed();
    } else if (event.key === "ArrowUp" && box.selectionStart === 0 && row.previousElementSibling) {
      event.preventDefault();
      focus(row.previousElementSibling);
    } else if (event.key === "ArrowDown" && box.selectionEnd === box.value.length && row.nextElementSibling) {
      event.preventDefault();
      focus(row.nextElementSibling, 0);
    }
  }

  list.className = "point-list";
  list.ariaLabel = field.querySelector("label").textContent;
  list.addEventListener("keydown", pressed);
  list.addEventListener("input", (event) => {
    event.stopPropagation();
    fit(event.target);
    changed();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-point]");
    if (!button) return;
    const row = button.closest("li");
    const acts = { up: () => move(row, -1), down: () => move(row, 1), remove: () => remove(row), follow: () => follow(row) };
    acts[button.dataset.point]();
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", boxOf(dragged).value);
    dragged.classList.add("is-dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    const frame = over.getBoundingClientRect();
    if (over !== dragged) over[event.clientY < frame.top + frame.height / 2 ? "before" : "after"](dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    changed();
  });
  list.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("li");
    if (row) row.draggable = Boolean(event.target.closest("[data-handle]"));
  });

  for (const text of split(plain.value)) add(text);
  if (!list.children.length) add("");
  number();
  plain.after(list);
  plain.hidden = true;
  field.querySelector("label").removeAttribute("for");
  field.querySelector("[data-plain]").hidden = true;
  const more = document.getElementById("point-more").content.firstElementChild.cloneNode(true);
  more.addEventListener("click", () => {
    focus(add(""));
    changed();
  });
  list.after(more);
}
