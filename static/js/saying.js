// What the desk says: one line under the bar for the eye, one that is only read aloud.
import { Failed } from "./api.js";
import { hasUnsent } from "./sending.js";
import { say } from "./texts.js";

const READING_A_LINE_MS = 8000;
const TYPING_RESTS_MS = 500;

const line = document.getElementById("status");
const aloud = document.getElementById("announce");

let aloudTimer = 0;
let lineTimer = 0;
let staysUntil = 0;
let isTrouble = false;

export function announce(sentence) {
  clearTimeout(aloudTimer);
  aloud.textContent = sentence;
}

/** Politely: only once the typing rests, and never over what was said since. */
export function announceAtRest(sentence) {
  clearTimeout(aloudTimer);
  aloudTimer = setTimeout(() => announce(sentence()), TYPING_RESTS_MS);
}

function status(sentence, { staysMs = 0, isDone = false } = {}) {
  clearTimeout(lineTimer);
  isTrouble = false;
  staysUntil = Date.now() + staysMs;
  line.classList.toggle("good", isDone);
  line.classList.toggle("warn", !isDone);
  line.hidden = sentence === "";
  line.textContent = sentence;
}

/** Something was done: said where it is seen, and gone after it could be read. */
export function tellDone(sentence) {
  status(sentence, { staysMs: READING_A_LINE_MS, isDone: true });
  lineTimer = setTimeout(() => status(""), READING_A_LINE_MS);
}

/** Something was not done: said until it could be read. */
export function tellUndone(sentence) {
  status(sentence, { staysMs: READING_A_LINE_MS });
}

export function complain(name, error) {
  if (error instanceof Failed && error.isLoggedOut) trouble("logged_out");
  else if (error instanceof Failed && error.status === 0) trouble("offline");
  else status(say(name));
}

/** A line that stands until the server is heard from again. */
export function trouble(name) {
  status(say(name));
  isTrouble = true;
}

export const isInTrouble = () => isTrouble;

export function endTrouble() {
  if (isTrouble && !hasUnsent()) status("");
}

/** An answer came: whatever stood there is over, and a reduced search is said as long as it lasts. */
export function tellState(isReduced) {
  if (Date.now() > staysUntil) status(isReduced ? say("reduced") : "");
}
