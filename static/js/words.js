// Words to go on with: asked for once the matches are there, so that no match waits for them.
import { getJson } from "./api.js";
import { say } from "./texts.js";

const MOST_WORDS = 3;

const box = document.getElementById("box");
const list = document.getElementById("words");
const meantLine = document.getElementById("meant");
const meantList = document.getElementById("meant-list");

let running = null;
let askedFor = "";
let words = [];
let meant = [];

/** Without the words before the last one, which stand in the box: there is room for the new one only. */
function newOf(text) {
  const kept = askedFor.lastIndexOf(" ") + 1;
  return kept && text.startsWith(askedFor.slice(0, kept)) ? `…${text.slice(kept)}` : text;
}

function button(words, isFirst, shown = words) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "word";
  made.dataset.word = words;
  made.textContent = shown;
  made.setAttribute("aria-label", words);
  if (isFirst) {
    const key = document.createElement("kbd");
    key.textContent = "→";
    made.append(" ", key);
  }
  return made;
}

/** What stands there already is left alone: a button that is replaced under the mouse loses its click. */
function show(place, buttons) {
  const names = (each) => `${each.dataset.word}\n${each.textContent}`;
  const isShown = buttons.map(names).join() === [...place.children].map(names).join();
  if (!isShown) place.replaceChildren(...buttons);
}

function draw() {
  show(meantList, meant.map((text, place) => button(text, place === 0)));
  meantLine.hidden = meant.length === 0;
  const isNext = meant.length === 0;
  show(list, words.map((text, place) => button(text, isNext && place === 0, newOf(text))));
  list.hidden = words.length === 0;
}

/** The box is empty, or something else was asked: what was offered goes. */
export function forgetWords() {
  running?.abort();
  running = null;
  [words, meant, askedFor] = [[], [], ""];
  draw();
}

/** What may have been meant stands at once; words to go on with follow when they come. */
export async function offerWords(text, didYouMean) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  askedFor = text;
  meant = didYouMean;
  if (meant.length) words = [];
  draw();
  try {
    const { suggestions } = await getJson(`/api/v1/suggest?${new URLSearchParams({ q: text })}`, { signal });
    if (signal.aborted) return;
    words = suggestions.filter(({ kind }) => kind === "word").map((each) => each.text);
    words = words.filter((each) => !meant.includes(each)).slice(0, MOST_WORDS);
  } catch {
    if (signal.aborted) return;
    words = [];
  }
  draw();
}

/** The words that → puts into the box: only those offered for what stands there, at its end. */
export function firstWords() {
  const isAtEnd = box.selectionStart === box.value.length && box.selectionEnd === box.value.length;
  if (!isAtEnd || askedFor !== box.value.trim()) return undefined;
  return meant[0] ?? words[0];
}

/** What is read aloud of them. */
export function wordsAloud() {
  const first = meant[0] ?? words[0];
  if (!first) return "";
  return say(meant.length ? "meant_aloud" : "word_aloud", { text: first });
}

export const clickedWords = (target) => target.closest("[data-word]")?.dataset.word;
