// Questions that are already on their way to a business line: shown above the matches, joined with one key.
import { getJson } from "./api.js";
import { currentCall, ensureCall } from "./call.js";
import { momentName } from "./moments.js";
import { announceAtRest } from "./saying.js";
import { sendLater } from "./sending.js";
import { say } from "./texts.js";

const frame = document.getElementById("underway");
const list = document.getElementById("underway-list");
const template = document.getElementById("underway-template");

let running = null;
let found = [];
let askedFor = "";
const joined = new Set();

/** Inquiries like these words; null when a newer question was asked meanwhile or nobody answers. */
export async function inquiriesLike(words, { signal } = {}) {
  try {
    const answer = await getJson(`/api/v1/inquiries/like?${new URLSearchParams({ q: words })}`, { signal });
    return signal?.aborted ? null : answer.inquiries;
  } catch {
    return null;
  }
}

/** Ask beside the search, at the same key, so that neither waits for the other. */
export async function askUnderway(words) {
  running?.abort();
  running = new AbortController();
  const inquiries = await inquiriesLike(words, { signal: running.signal });
  if (inquiries === null) return;
  askedFor = words;
  found = inquiries;
  draw();
}

export function forgetUnderway() {
  running?.abort();
  running = null;
  [found, askedFor] = [[], ""];
  draw();
}

export const renewUnderway = () => askedFor && askUnderway(askedFor);

function draw() {
  frame.hidden = found.length === 0;
  list.replaceChildren(...rowsOf(found));
  const [first] = found; // by the time it is said, the list may be another
  if (first) announceAtRest(() => say("underway_aloud", { text: first.question, note: noteOf(first) }));
}

/** A row for each, the first with the key that joins it. */
export function rowsOf(inquiries) {
  return inquiries.map((inquiry, place) => rowOf(inquiry, place === 0));
}

function rowOf(inquiry, isFirst) {
  const row = template.content.firstElementChild.cloneNode(true);
  const open = row.querySelector("[data-inquiry]");
  const join = row.querySelector("[data-join]");
  const isJoined = joined.has(markOf(inquiry.id));
  const canJoin = !inquiry.answer && !isJoined;
  row.querySelector("[data-state]").className = `state ${toneOf(inquiry)}`;
  row.querySelector("[data-state]").textContent = say(`inquiry_${stateOf(inquiry)}`);
  open.textContent = inquiry.question;
  open.dataset.inquiry = inquiry.id;
  row.querySelector("[data-note]").textContent = noteOf(inquiry);
  row.querySelector("[data-said]").textContent = inquiry.answer || inquiry.reply;
  join.hidden = !canJoin;
  join.dataset.join = inquiry.id;
  join.querySelector("kbd").hidden = !isFirst;
  row.querySelector("[data-joined]").hidden = !isJoined;
  return row;
}

const isLate = (inquiry) => Date.parse(inquiry.replied_at ? inquiry.answer_due_at : inquiry.reply_due_at) < Date.now();

function stateOf(inquiry) {
  if (inquiry.answer) return "answered";
  return inquiry.replied_at ? "replied" : "underway";
}

function toneOf(inquiry) {
  if (inquiry.answer) return "good";
  return isLate(inquiry) ? "bad" : "warn";
}

/** "asked 7 times, reply due 16:40", the line, and whether it is late. */
function noteOf(inquiry) {
  const asked = say(inquiry.asked === 1 ? "asked_once" : "asked_times", { n: inquiry.asked });
  if (inquiry.answer) return `${asked} · ${inquiry.line.name}`;
  const due = inquiry.replied_at ? "answer" : "reply";
  const name = `${due}_${isLate(inquiry) ? "late" : "due"}`;
  const until = say(name, { time: momentName(inquiry.replied_at ? inquiry.answer_due_at : inquiry.reply_due_at) });
  return `${say("asked_and_due", { asked, due: until })} · ${inquiry.line.name}`;
}

const markOf = (id) => `${currentCall()?.id ?? ""}:${id}`;

/** Join in this call: whoever joins hears the answer. */
export function joinInquiry(id, { words = askedFor, detail = "" } = {}) {
  const call = ensureCall();
  if (joined.has(markOf(id))) return;
  joined.add(markOf(id));
  sendLater(`/api/v1/inquiries/${id}/join`, { call_id: call.id, words: words.slice(0, 500), detail });
  draw();
}

/** The nearest one shown, if any. */
export const nearestUnderway = () => found[0];

/** It was refused: offer it again. */
export function unjoin(id) {
  joined.delete(markOf(id));
  draw();
}
