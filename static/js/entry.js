// The opened entry on the desk: shown in place, and what is done with it told as events.
import { Failed, getHtml } from "./api.js";
import { clearBlanks, focusBlank, wireBlanks } from "./blanks.js";
import { currentCall, ensureCall, isRunning, markEntry, rememberRead } from "./call.js";
import { markOpened } from "./matches.js";
import { closeFlag, copyForCaller, keepInternalIn, openFlag, wireFlag, wirePin } from "./piece.js";
import { chosenRegion } from "./regions.js";
import { sendLater } from "./sending.js";
import { config, say } from "./texts.js";
import { showNamed, showNext, shownVersion, wireVersions } from "./versions.js";
import { stopWatching, watch } from "./watching.js";

const frame = document.getElementById("opened");
const start = document.getElementById("start");
const reader = document.getElementById("reader");
const oneColumn = matchMedia("(width <= 50rem)");
const DWELL_MS = config.dwell_seconds * 1000;

let open = null;
let asked = 0;
let dwellTimer = 0;
let announce = () => {};
let complain = () => {};
let tellDone = () => {};

const article = () => frame.querySelector(".entry");

/** What the call knows of the entry; without a call, nothing has been done with it yet. */
function standingIn(call, id) {
  return {
    callId: call?.id ?? null,
    hasDwelled: false,
    isCounted: call?.counted.includes(id) ?? false,
    isAnswered: call?.answered.includes(id) ?? false,
  };
}

function tell(how) {
  const { id, question, searchId, callId } = open;
  rememberRead({ id, question });
  sendLater("/api/v1/hits", { id: crypto.randomUUID(), entry: id, search_id: searchId, call_id: callId, how });
}

/** What a person does with the entry begins a call where none is running; reading on never does. */
function tellAct(how) {
  ensureCall();
  tell(how);
}

/** Opened, and read for so long without a break: the page hidden in between starts the time anew. */
function watchDwelling() {
  clearTimeout(dwellTimer);
  if (!open?.callId || !open.isAttended || open.hasDwelled || open.isExpired || document.hidden) return;
  dwellTimer = setTimeout(() => {
    if (!isRunning(open.callId)) return;
    open.hasDwelled = true;
    tell("dwelled");
    setCounted({ isCounted: true });
  }, DWELL_MS);
}

/** An entry left open by the last call is read in this one only once somebody moves in it. */
function attend() {
  if (!open?.callId || open.isAttended) return;
  open.isAttended = true;
  watchDwelling();
}

/** A call began or ended: what was counted in the last one is not counted in the next. */
export function followCall() {
  clearTimeout(dwellTimer);
  if (!open) return;
  clearBlanks(article());
  Object.assign(open, standingIn(currentCall(), open.id), { isAttended: false });
  showCounted();
}

/** The server refused this use: the page must not go on saying that it counts. */
export function uncount({ entry, call_id: callId }) {
  if (currentCall()?.id !== callId) return;
  markEntry(entry, { isCounted: false, isAnswered: false });
  if (open?.id !== entry) return;
  Object.assign(open, { isCounted: false, isAnswered: false });
  showCounted();
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

/** Say on the open page what has befallen the entry; what has expired or is gone is offered no more. */
function hearWatch(what, into = null) {
  article().querySelector(`[data-${what}]`).hidden = false;
  if (into) offerOther(into);
  announce(say(`${what}_aloud`));
  if (what !== "changed") offerNoMore(what);
}

/** The entry was combined into another one: that is what to read now. */
function offerOther(into) {
  const link = article().querySelector("[data-combined]");
  link.href = `/entries/${into}/`;
  link.dataset.open = into;
  link.hidden = false;
}

function offerNoMore(what) {
  open.isExpired = true;
  open.useRefused = `${what}_use`;
  article().querySelector("[data-changed]").hidden = true;
  clearTimeout(dwellTimer);
  const confirm = article().querySelector('[data-act="confirm"]');
  if (confirm) confirm.hidden = true;
  for (const copy of article().querySelectorAll('[data-act="copy"]')) copy.disabled = true;
  const standing = article().querySelector("[data-standing]");
  standing.className = "state bad";
  standing.textContent = say(what);
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
  if (number !== asked || currentCall()?.id !== call.id) return;
  emptyFrame();
  frame.innerHTML = html;
  const shown = Number(article().dataset.entry); // of a combined entry, the one it was combined into
  const words = article().dataset.question ?? question;
  open = { id: shown, question: words, searchId, isAttended: true, ...standingIn(call, shown) };
  start.hidden = true;
  frame.hidden = false;
  reader.scrollTop = 0;
  if (oneColumn.matches) reader.scrollIntoView();
  markOpened(shown);
  tell("opened");
  showCounted();
  watchDwelling();
  watch(article(), hearWatch);
  showRegion();
  wireVersions(article(), tellVersion);
  wireBlanks(article());
  wireFlag(article(), tellDone);
  wirePin(article(), (sentence, isTaken) => (isTaken ? pinned(sentence) : complain(sentence)));
  keepInternalIn(article(), countCopy);
  announce(say("opened", { question: open.question }));
}

function pinned(sentence) {
  tellDone(sentence);
  dispatchEvent(new Event("wenqu:pinned"));
}

export const openedId = () => open?.id ?? null;

/** Close what is open, and give up what is still on its way. */
export function closeEntry() {
  asked += 1;
  emptyFrame();
}

function emptyFrame() {
  clearTimeout(dwellTimer);
  stopWatching();
  open = null;
  markOpened(null);
  frame.hidden = true;
  frame.replaceChildren();
  start.hidden = false;
}

/** "This answered it." */
export function confirmEntry() {
  if (!open) return complain("open_first");
  if (open.isExpired) return complain(open.useRefused);
  if (open.isAnswered || !article().querySelector('[data-act="confirm"]')) return undefined;
  tellAct("confirmed");
  setCounted({ isCounted: true, isAnswered: true });
  return announce(say("answered_aloud"));
}

/** "Not this one": the hit of this call is cancelled. */
export function takeBack() {
  if (!open?.isCounted) return;
  const hadFocus = document.activeElement?.matches('[data-act="take-back"]');
  clearTimeout(dwellTimer);
  open.hasDwelled = true;
  tell("taken_back");
  setCounted({ isCounted: false, isAnswered: false });
  if (hadFocus) (open.isExpired ? reader : article().querySelector('[data-act="confirm"]')).focus();
  announce(say("taken_back"));
}

function countCopy() {
  if (open.isExpired) return;
  tellAct("copied");
  setCounted({ isCounted: true });
}

export async function copyScript() {
  if (!open) return complain("open_first");
  if (open.isExpired) return complain(open.useRefused);
  const { id } = open;
  if (!(await copyForCaller(article()))) return complain("nothing_to_copy");
  if (open?.id === id) countCopy();
  return announce(say("copied_aloud"));
}

function tellVersion(name) {
  announce(say("version_shown", { name }));
}

/** Of an entry with variants, show the one of the desk's region first. */
export function showRegion() {
  if (open) showNamed(article(), chosenRegion());
}

/** The next variant of the opened entry, or with -1 the one before. */
export function showVersion(by) {
  const name = open && showNext(article(), by);
  if (name) tellVersion(name);
}

export function fillBlanks() {
  if (!open) return complain("open_first");
  return focusBlank(shownVersion(article())) || complain("no_blanks");
}

/** Open the entry that changed anew, as it is now. */
export function renewEntry() {
  if (!open || article().querySelector("[data-changed]").hidden) return undefined;
  return openEntry(open, open.searchId);
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

/** The desk's ways to speak: to listeners only, of what went wrong, of what was done. */
export function startEntry(voices) {
  ({ announce, complain, tellDone } = voices);
  document.addEventListener("visibilitychange", watchDwelling);
  for (const kind of ["keydown", "pointerdown", "wheel"]) addEventListener(kind, attend, { capture: true, passive: true });
}
