// The opened entry on the desk: shown in place, and what is done with it told as events.
import { Failed, getHtml } from "./api.js";
import { ensureCall, markEntry, rememberRead } from "./call.js";
import { markOpened } from "./matches.js";
import { closeFlag, copyForCaller, keepInternalIn, openFlag, wireFlag, wirePin } from "./piece.js";
import { sendLater } from "./sending.js";
import { config, say } from "./texts.js";

const frame = document.getElementById("opened");
const start = document.getElementById("start");
const reader = document.getElementById("reader");
const oneColumn = matchMedia("(width <= 50rem)");
const DWELL_MS = config.dwell_seconds * 1000;

let open = null;
let asked = 0;
let dwellTimer = 0;
let expiryTimer = 0;
let announce = () => {};
let complain = () => {};

const article = () => frame.querySelector(".entry");

function tell(how) {
  const { id, searchId } = open;
  const callId = ensureCall().id;
  sendLater("/api/v1/hits", { id: crypto.randomUUID(), entry: id, search_id: searchId, call_id: callId, how });
}

/** Opened, and read for so long without a break: the page hidden in between starts the time anew. */
function watchDwelling() {
  clearTimeout(dwellTimer);
  if (!open || open.hasDwelled || document.hidden) return;
  dwellTimer = setTimeout(() => {
    open.hasDwelled = true;
    tell("dwelled");
    setCounted({ isCounted: true });
  }, DWELL_MS);
}

function setCounted({ isCounted, isAnswered = open.isAnswered }) {
  open.isCounted = isCounted;
  open.isAnswered = isAnswered;
  markEntry(open.id, { isCounted, isAnswered });
  showCounted();
}

function showCounted() {
  const button = article()?.querySelector('[data-act="confirm"]');
  if (!button) return;
  article().querySelector("[data-counted]").hidden = !open.isCounted;
  button.classList.toggle("done", open.isAnswered);
  button.classList.toggle("main", !open.isAnswered);
  const label = button.querySelector("[data-confirm-label]");
  label.dataset.unanswered ??= label.textContent;
  label.textContent = open.isAnswered ? say("answered") : label.dataset.unanswered;
}

/** Say it on the open page in the second the entry's validity ends. */
function watchExpiry() {
  clearTimeout(expiryTimer);
  const { validUntil, readAt } = article().dataset;
  const left = validUntil ? Date.parse(validUntil) - Date.parse(readAt) : Infinity;
  if (left > 0 && left < 2 ** 31) expiryTimer = setTimeout(showExpired, left);
}

function showExpired() {
  const standing = article().querySelector("[data-standing]");
  standing.className = "state bad";
  standing.textContent = say("expired");
  article().querySelector("[data-expired]").hidden = false;
  announce(say("expired"));
}

/** Open an entry in place; `searchId` is the search it was chosen from, if any. */
export async function openEntry({ id, question }, searchId = null) {
  const number = ++asked;
  const call = ensureCall();
  let html;
  try {
    html = await getHtml(`/entries/${id}/`);
  } catch (error) {
    const isGone = error instanceof Failed && error.status === 404;
    if (number === asked) complain(isGone ? "entry_gone" : "entry_failed", error);
    return;
  }
  if (number !== asked) return;
  closeEntry();
  frame.innerHTML = html;
  open = { id, searchId, hasDwelled: false, isCounted: call.counted.includes(id), isAnswered: call.answered.includes(id) };
  start.hidden = true;
  frame.hidden = false;
  reader.scrollTop = 0;
  if (oneColumn.matches) reader.scrollIntoView();
  markOpened(id);
  rememberRead({ id, question: article().dataset.question ?? question });
  tell("opened");
  showCounted();
  watchDwelling();
  watchExpiry();
  wireFlag(article(), announce);
  wirePin(article(), (sentence, isTaken) => (isTaken ? pinned(sentence) : complain(sentence)));
  keepInternalIn(article(), countCopy);
  announce(say("opened", { question: article().dataset.question }));
}

function pinned(sentence) {
  announce(sentence);
  dispatchEvent(new Event("wenqu:pinned"));
}

export const openedId = () => open?.id ?? null;

export function closeEntry() {
  clearTimeout(dwellTimer);
  clearTimeout(expiryTimer);
  open = null;
  markOpened(null);
  frame.hidden = true;
  frame.replaceChildren();
  start.hidden = false;
}

/** "This answered it." */
export function confirmEntry() {
  if (!open) return complain("open_first");
  if (open.isAnswered || !article().querySelector('[data-act="confirm"]')) return undefined;
  tell("confirmed");
  setCounted({ isCounted: true, isAnswered: true });
  return announce(say("answered_aloud"));
}

/** "Not this one": the hit of this call is cancelled. */
export function takeBack() {
  if (!open?.isCounted) return;
  clearTimeout(dwellTimer);
  open.hasDwelled = true;
  tell("taken_back");
  setCounted({ isCounted: false, isAnswered: false });
  article().querySelector('[data-act="confirm"]').focus();
  announce(say("taken_back"));
}

function countCopy() {
  tell("copied");
  setCounted({ isCounted: true });
}

export async function copyScript() {
  if (!open) return complain("open_first");
  const { id } = open;
  if (!(await copyForCaller(article()))) return complain("nothing_to_copy");
  if (open?.id === id) countCopy();
  return announce(say("copied_aloud"));
}

export function flagEntry() {
  if (!open) return complain("open_first");
  return openFlag(article());
}

/** Close the small form of a flag; whether it was open. */
export const closeFlagForm = () => open !== null && closeFlag(article());

export function scrollReader(direction) {
  reader.scrollBy({ top: direction * reader.clientHeight * 0.85 });
}

export function startEntry(hear, refuse) {
  announce = hear;
  complain = refuse;
  document.addEventListener("visibilitychange", watchDwelling);
}
