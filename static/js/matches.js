// The list on the left: matches of a search, or the hot questions while nobody asks.
import { marked } from "./highlight.js";
import { readingName, reasonsOf } from "./reasons.js";
import { config, say } from "./texts.js";

const box = document.getElementById("box");
const list = document.getElementById("matches");
const template = document.getElementById("row-template");

let rows = [];
let chosen = -1;
let opened = null;
let hasMoved = false;

const dayMonth = new Intl.DateTimeFormat(config.language, { month: "numeric", day: "numeric" });

/** Readings that go without saying: a match holds the words, or its similar question stands beneath it. */
const PLAIN = new Set([undefined, "words", "similar"]);

function noteOf(row) {
  const reading = PLAIN.has(row.foundBy) ? "" : readingName(row.foundBy);
  if (row.similar) return [reading && `${reading} · `, ...similarNote(row)];
  const until = row.until && say("until", { date: dayMonth.format(new Date(row.until)) });
  return [[row.line, row.kind, until, reading].filter(Boolean).join(" · ")];
}

function whyOf(row) {
  return reasonsOf(row).map((sentence) => {
    const line = document.createElement("span");
    line.textContent = sentence;
    return line;
  });
}

/** "Similar question: …", the words marked only where the question itself stands. */
function similarNote({ similar, similarMarks }) {
  const [before, after] = say("similar", { text: "\u0000" }).split("\u0000");
  return [before, ...marked(similar, similarMarks), after];
}

function element(row, number, most) {
  const option = template.content.firstElementChild.cloneNode(true);
  option.id = `match-${number}`;
  option.dataset.number = number;
  option.querySelector(".match-number").textContent = number < 9 ? number + 1 : "";
  option.querySelector(".match-question").replaceChildren(...marked(row.question, row.marks ?? []));
  option.querySelector(".match-note").replaceChildren(...noteOf(row));
  option.querySelector(".match-why").replaceChildren(...whyOf(row));
  if (row.count) {
    const count = option.querySelector(".count");
    count.hidden = false;
    count.querySelector("b").textContent = row.count;
    count.querySelector("rect").setAttribute("width", Math.max(4, (100 * row.count) / most));
  }
  return option;
}

function heading({ title, note = "" }, number) {
  const line = document.createElement("div");
  const name = document.createElement("b");
  line.className = "match-group";
  line.role = "presentation";
  name.id = `group-${number}`;
  name.textContent = title;
  line.append(name, note);
  return line;
}

function draw(groups) {
  rows = groups.flatMap((group) => group.rows);
  const most = Math.max(1, ...rows.map((row) => row.count ?? 0));
  let number = 0;
  const parts = groups.map((group, place) => {
    const options = group.rows.map((row) => element(row, number++, most));
    if (!group.title) return options;
    const frame = document.createElement("div");
    frame.role = "group";
    frame.setAttribute("aria-labelledby", `group-${place}`);
    frame.append(heading(group, place), ...options);
    return [frame];
  });
  list.replaceChildren(...parts.flat());
  showOpened();
}

/** Matches, the best first: the first one is chosen, unless somebody moved on while they were on their way. */
export function showMatches(groups, { keepsChoice = false } = {}) {
  const kept = hasMoved || keepsChoice ? chosen : 0;
  hasMoved = false;
  draw(groups);
  choose(Math.max(kept, 0));
}

/** Groups with titles, for the empty box; nothing is chosen until ↓ is pressed. */
export function showGroups(groups) {
  draw(groups);
  hasMoved = false;
  choose(-1);
}

export function choose(number) {
  list.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
  chosen = Math.max(-1, Math.min(number, rows.length - 1));
  const option = document.getElementById(`match-${chosen}`);
  if (!option) {
    box.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", option.id);
}

export function move(by) {
  hasMoved = true;
  choose(Math.max(chosen + by, 0));
}

/** A new question: what was chosen in the old list is no wish for the new one. */
export function expectAnswer() {
  hasMoved = false;
}

export const chosenRow = () => rows[chosen];
export const rowAt = (number) => rows[number];

/** The row somebody clicked, if it was one. */
export function clickedRow(target) {
  const option = target.closest('[role="option"]');
  if (!option) return undefined;
  choose(Number(option.dataset.number));
  return chosenRow();
}

function showOpened() {
  for (const option of list.querySelectorAll('[role="option"]')) {
    option.classList.toggle("is-open", rows[option.dataset.number].id === opened);
  }
}

/** Mark which of the rows is the one that stands open. */
export function markOpened(id) {
  opened = id;
  showOpened();
}
