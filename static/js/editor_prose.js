// The tool bar over answer and script: bold, lists, tables, links, blanks, paragraphs for our own people.

const INTERNAL = "内部：";

/** Put text where the cursor is, so that the browser's own undo takes it back. */
function replace(box, from, to, text) {
  box.focus();
  box.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, from, to, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function wrap(box, before, after) {
  const { selectionStart: from, selectionEnd: to, value } = box;
  const chosen = value.slice(from, to);
  const isWrapped = value.slice(from - before.length, from) === before && value.slice(to, to + after.length) === after;
  if (isWrapped) {
    replace(box, from - before.length, to + after.length, chosen);
    box.setSelectionRange(from - before.length, to - before.length);
    return;
  }
  replace(box, from, to, before + chosen + after);
  box.setSelectionRange(from + before.length, from + before.length + chosen.length);
}

function linesAt(box) {
  const from = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
  const end = box.value.indexOf("\n", box.selectionEnd);
  return [from, end < 0 ? box.value.length : end];
}

function list(box) {
  const [from, to] = linesAt(box);
  const lines = box.value.slice(from, to).split("\n");
  const isList = lines.every((line) => line.startsWith("- "));
  replace(box, from, to, lines.map((line) => (isList ? line.slice(2) : `- ${line}`)).join("\n"));
}

/** The paragraph around the cursor becomes our own people's, or the caller's again. */
function internal(box) {
  const before = box.value.slice(0, box.selectionStart);
  const from = Math.max(0, ...[...before.matchAll(/\n[^\S\n]*\n/g)].map((found) => found.index + found[0].length));
  const start = /^\s*>?\s*内部[：:]/.exec(box.value.slice(from));
  const at = box.selectionStart;
  if (start) {
    replace(box, from, from + start[0].length, "");
    box.setSelectionRange(Math.max(from, at - start[0].length), Math.max(from, at - start[0].length));
  } else {
    replace(box, from, from, INTERNAL);
    box.setSelectionRange(at + INTERNAL.length, at + INTERNAL.length);
  }
}

function table(box, bar) {
  const [one, two] = bar.dataset.tableHead.split("|");
  const at = box.selectionEnd;
  const gap = at && !box.value.slice(0, at).endsWith("\n\n") ? "\n\n" : "";
  replace(box, at, at, `${gap}| ${one} | ${two} |\n| --- | --- |\n|  |  |\n\n`);
}

const ACTS = {
  bold: (box) => wrap(box, "**", "**"),
  link: (box) => wrap(box, "[", "](https://)"),
  blank: (box) => wrap(box, "{", "}"),
  list,
  table,
  internal,
};

export function startProse(field) {
  const box = field.querySelector("textarea");
  const bar = document.getElementById("tool-bar").content.firstElementChild.cloneNode(true);
  for (const tool of [...bar.querySelectorAll("[data-only]")]) {
    if (tool.dataset.only !== field.dataset.prose) tool.remove();
  }
  bar.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]");
    if (tool) ACTS[tool.dataset.tool](box, bar);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const key = (event.shiftKey ? "shift+" : "") + event.key.toLowerCase();
    const tool = [...bar.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
    if (!tool) return;
    event.preventDefault();
    ACTS[tool.dataset.tool](box, bar);
  });
  box.before(bar);
}
