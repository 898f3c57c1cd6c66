// Which key does what: digits and letters by the key's place, for Alt with a letter types something else on some systems.
import { isBlank } from "./blanks.js";

const box = document.getElementById("box");
const reader = document.getElementById("reader");

/** With Alt. */
const LETTERS = {
  KeyB: "fillBlanks",
  KeyC: "copy",
  KeyF: "flag",
  KeyI: "readNews",
  KeyJ: "join",
  KeyQ: "forward",
  KeyR: "renew",
  KeyZ: "takeBack",
};

const isField = (element) => element.matches?.("input:not([type=radio]), textarea, select, [contenteditable]");

/** What a key means now, as one of the desk's acts; undefined where it is the browser's. */
export function actOf(event, acts) {
  const { key, code, target } = event;
  const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    if (/^(Digit|Numpad)[1-9]$/.test(code)) return () => acts.openAt(Number(code.at(-1)) - 1);
    if (code === "KeyV") return () => acts.showVersion(event.shiftKey ? -1 : 1);
    return LETTERS[code] && acts[LETTERS[code]];
  }
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    if (code === "KeyK") return acts.focusBox;
    if (key === "Enter") return acts.confirm;
  }
  if (!isPlain) return undefined;
  if (key === "F2") return acts.newCall;
  if (key === "Escape") return isBlank(target) ? acts.focusBox : acts.clear;
  if (key === "?" && (!isField(target) || (target === box && box.value === ""))) return acts.showShortcuts;
  if (key === "/" && !isField(target)) return acts.focusBox;
  if (key === "ArrowRight" && target === box && !event.shiftKey) return acts.takeWords();
  if (target === box || target === document.body || target === reader) return actInList(key, acts);
  return undefined;
}

function actInList(key, acts) {
  if (key === "ArrowDown") return () => acts.move(1);
  if (key === "ArrowUp") return () => acts.move(-1);
  if (key === "Enter") return acts.openChosen;
  if (key === "PageDown") return acts.scroll(1);
  if (key === "PageUp") return acts.scroll(-1);
  return undefined;
}
