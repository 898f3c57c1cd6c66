// The desk: what the keys do, and how the list, the call and the opened entry go together.
import { Failed, getHtml } from "./api.js";
import { beginCall, currentCall, endCall, ensureCall, startCalls } from "./call.js";
import * as entry from "./entry.js";
import { countOf, renewCounts } from "./counts.js";
import { chosenFilters, clearFilters, hasFilters, kindName, startFilters } from "./filters.js";
import * as matches from "./matches.js";
import { searcher } from "./searching.js";
import { hasUnsent, sendLater, settle, startSending } from "./sending.js";
import { config, say } from "./texts.js";

const FIRST_MATCHES = 8;
const MORE_MATCHES = 40;
const SETTLED_MS = 1000;
const START_IS_OLD_MS = 60000;
const READING_A_LINE_MS = 8000;

const part = (id) => document.getElementById(id);
const box = part("box");

let answer = null;
let isComposing = false;
let opensNext = false;
let settledTimer = 0;
let countTimer = 0;
let startDrawnAt = Date.now();
let statusStaysUntil = 0;
let statusTimer = 0;
let isTrouble = false;

// What the desk says

function announce(sentence) {
  clearTimeout(countTimer);
  part("announce").textContent = sentence;
}

function status(sentence, { staysMs = 0, isDone = false } = {}) {
  clearTimeout(statusTimer);
  isTrouble = false;
  statusStaysUntil = Date.now() + staysMs;
  part("status").classList.toggle("good", isDone);
  part("status").classList.toggle("warn", !isDone);
  part("status").hidden = sentence === "";
  part("status").textContent = sentence;
}

/** Something was done: said where it is seen, and gone after it could be read. */
function tellDone(sentence) {
  status(sentence, { staysMs: READING_A_LINE_MS, isDone: true });
  statusTimer = setTimeout(() => status(""), READING_A_LINE_MS);
}

function complain(name, error) {
  if (error instanceof Failed && error.isLoggedOut) trouble("logged_out");
  else if (error instanceof Failed && error.status === 0) trouble("offline");
  else status(say(name));
}

/** A line that stands until the server is heard from again. */
function trouble(name) {
  status(say(name));
  isTrouble = true;
}

function endTrouble() {
  if (isTrouble && !hasUnsent()) status("");
}

/** A failure is told in one calm line, and the line goes when everything has been sent or an answer comes. */
function hearSending(code, item) {
  if (code === 0) return trouble("offline");
  if (code === 401 || code === 403) return trouble("logged_out");
  if (!item) return undefined;
  endTrouble();
  if (code !== 200 && config.counts && item.address === "/api/v1/hits") tellRefused(item.body);
  return undefined;
}

/** Back on the network: what was asked is asked at once; what waits to be sent is on its way by itself. */
function comeBack() {
  if (!isTrouble) return;
  if (box.value.trim() !== "") search.search(question());
  else endTrouble();
}

/** What was queued without a network may be refused later, and the page has called it counted meanwhile. */
function tellRefused(use) {
  if (use.how === "opened") return;
  if (use.how !== "taken_back") entry.uncount(use);
  status(say(use.how === "taken_back" ? "not_taken_back" : "not_counted"), { staysMs: READING_A_LINE_MS });
}

// Searching

const search = searcher({ onAnswer: showAnswer, onFailure: (error) => complain("search_failed", error) });

function question(limit = FIRST_MATCHES) {
  return { q: box.value.trim(), limit, ...chosenFilters() };
}

function ask() {
  clearTimeout(settledTimer);
  opensNext = false;
  matches.expectAnswer();
  part("clear").hidden = box.value === "";
  if (box.value.trim() === "") return showStart();
  ensureCall();
  return search.search(question());
}

function rowOf(match) {
  return {
    id: match.id,
    question: match.question,
    marks: match.highlights.question,
    line: match.line.name,
    kind: match.kind === "faq" ? "" : kindName(match.kind),
    similar: match.similar ?? "",
    similarMarks: match.highlights.similar,
    until: match.valid_until,
    count: countOf(match.id),
  };
}

function showAnswer(found, asked) {
  if (Date.now() > statusStaysUntil) status(found.reduced ? say("reduced") : "");
  clearTimeout(settledTimer);
  const isMore = asked.limit > FIRST_MATCHES;
  const rows = found.matches.map(rowOf);
  const nearest = found.nearest.map(rowOf);
  const ids = [...rows, ...nearest].map((row) => row.id);
  answer = { ...found, text: asked.q, filters: chosenFilters(), ids, isLogged: false };
  const groups = [{ rows }, { title: say("nearest"), rows: nearest }].filter((group) => group.rows.length);
  matches.showMatches(groups, { keepsChoice: isMore });
  showHead(rows.length, found.more);
  showNothing(rows.length === 0, found.did_you_mean);
  settledTimer = setTimeout(logSearch, SETTLED_MS);
  if (opensNext) openChosen();
}

function showHead(count, hasMore) {
  const sentence = count === 0 ? say("no_match") : count === 1 ? say("one_match") : say("matches", { n: count });
  part("list-title").textContent = hasMore ? say("best_matches", { n: count }) : sentence;
  part("list-head").hidden = false;
  part("list-measure").hidden = answer.ids.length === 0;
  part("more").hidden = !hasMore || count > FIRST_MATCHES;
  announceCount(sentence);
}

function showNothing(isNothing, otherWords) {
  part("nothing").hidden = !isNothing;
  part("without-filters").hidden = !hasFilters();
  part("suggestions").hidden = otherWords.length === 0;
  part("suggestion-list").replaceChildren(...otherWords.map(suggestion));
}

/** Politely: only once the typing rests, and never over what was said since. */
function announceCount(sentence) {
  clearTimeout(countTimer);
  countTimer = setTimeout(() => announce(sentence), 500);
}

function suggestion(words) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = words;
  button.addEventListener("click", () => type(words));
  item.append(button);
  return item;
}

function type(words) {
  box.value = words;
  box.focus();
  ask();
}

/** A search is logged once it has settled: after a pause, at a choice, at a new call. */
function logSearch() {
  clearTimeout(settledTimer);
  if (!answer || answer.isLogged) return;
  answer.isLogged = true;
  sendLater("/api/v1/searches", {
    id: answer.search_id,
    text: answer.text,
    filters: answer.filters,
    matches: answer.ids,
    took_ms: Math.round(answer.took_ms),
    call_id: currentCall()?.id ?? null,
  });
}

// The empty box

function showStart() {
  search.stop();
  answer = null;
  for (const id of ["list-head", "more", "nothing"]) part(id).hidden = true;
  const groups = part("start-groups");
  matches.showGroups(groups ? JSON.parse(groups.textContent) : []);
  matches.markOpened(entry.openedId());
  showReadInCall();
}

function showReadInCall() {
  const read = currentCall()?.read ?? [];
  part("this-call").hidden = read.length === 0;
  part("this-call-list").replaceChildren(...read.map(linkTo));
}

function linkTo({ id, question: text }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/entries/${id}/`;
  link.dataset.open = id;
  link.textContent = text;
  item.append(link);
  return item;
}

async function renewStart({ isOld = Date.now() - startDrawnAt > START_IS_OLD_MS } = {}) {
  renewCounts();
  if (!isOld) return;
  try {
    part("start").innerHTML = await getHtml("/start/");
    startDrawnAt = Date.now();
    if (box.value.trim() === "") showStart();
  } catch {
    // The start as it was is still true enough.
  }
}

// What people do

function open(row) {
  if (!row) return;
  logSearch();
  entry.openEntry(row, answer?.ids.includes(row.id) ? answer.search_id : null);
}

function openChosen() {
  opensNext = search.isWaiting;
  if (!opensNext) open(matches.chosenRow());
}

function clear() {
  if (entry.closeFlagForm()) return;
  if (box.value !== "") type("");
  else {
    entry.closeEntry();
    showStart();
  }
  box.focus();
}

function newCall() {
  logSearch();
  beginCall();
  forgetLastCaller();
}

function forgetLastCaller() {
  entry.closeEntry();
  box.value = "";
  ask();
  box.focus();
  renewStart();
}

function followCall(what) {
  if (what === "moved") return forgetLastCaller();
  entry.followCall();
  return showReadInCall();
}

function more() {
  search.search(question(MORE_MATCHES));
}

function focusBox() {
  box.focus();
  box.select();
}

function showShortcuts() {
  part("shortcuts").showModal();
}

// Keys

const isField = (element) => element.matches?.("input:not([type=radio]), textarea, select, [contenteditable]");

/** Digits and letters by the key's place: Alt with a letter types something else on some systems. */
const WITH_ALT = {
  KeyC: () => entry.copyScript(),
  KeyF: () => entry.flagEntry(),
  KeyZ: () => entry.takeBack(),
};

function actionOf(event) {
  const { key, code, target } = event;
  const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    if (/^(Digit|Numpad)[1-9]$/.test(code)) return () => open(matches.rowAt(Number(code.at(-1)) - 1));
    return WITH_ALT[code];
  }
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    if (code === "KeyK") return focusBox;
    if (key === "Enter") return entry.confirmEntry;
  }
  if (!isPlain) return undefined;
  if (key === "F2") return newCall;
  if (key === "Escape") return clear;
  if (key === "?" && (!isField(target) || (target === box && box.value === ""))) return showShortcuts;
  if (key === "/" && !isField(target)) return focusBox;
  return actionInList(event);
}

function actionInList({ key, target }) {
  if (target !== box && target !== document.body && !part("reader").isSameNode(target)) return undefined;
  if (key === "ArrowDown") return () => matches.move(1);
  if (key === "ArrowUp") return () => matches.move(-1);
  if (key === "Enter") return openChosen;
  if (key === "PageDown" && entry.openedId()) return () => entry.scrollReader(1);
  if (key === "PageUp" && entry.openedId()) return () => entry.scrollReader(-1);
  return undefined;
}

function onKey(event) {
  if (event.isComposing || isComposing || event.keyCode === 229) return;
  if (part("shortcuts").open || event.target.closest?.("details.menu[open]")) return;
  const act = actionOf(event);
  if (!act) return;
  event.preventDefault();
  act();
}

const ACTS = {
  "clear-filters": () => clearFilters(),
  confirm: () => entry.confirmEntry(),
  "take-back": () => entry.takeBack(),
  copy: () => entry.copyScript(),
  flag: () => entry.flagEntry(),
  "flag-cancel": () => entry.closeFlagForm(),
};

function onClick(event) {
  const { target } = event;
  const act = ACTS[target.closest("[data-act]")?.dataset.act];
  if (act) return act();
  const link = target.closest("[data-open]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    return open({ id: Number(link.dataset.open), question: link.textContent });
  }
  if (target.closest('[data-show="shortcuts"]')) return showShortcuts();
  return undefined;
}

async function logOut(event) {
  if (!event.target.matches("[data-log-out]")) return;
  event.preventDefault();
  logSearch();
  endCall();
  await settle(1500);
  event.target.submit();
}

/** `/?call=ID&q=words`: the telephone system opens the desk. */
function readAddress() {
  const asked = new URLSearchParams(location.search);
  const callId = asked.get("call");
  if (callId && currentCall()?.externalId !== callId) beginCall(callId);
  if (asked.size) history.replaceState(null, "", location.pathname);
}

startSending(hearSending);
startCalls(followCall);
entry.startEntry({ announce, complain, tellDone });
startFilters(ask);
addEventListener("online", comeBack);
addEventListener("wenqu:pinned", () => renewStart({ isOld: true }));
document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("submit", logOut);
box.addEventListener("compositionstart", () => (isComposing = true));
box.addEventListener("compositionend", () => {
  isComposing = false;
  ask();
});
box.addEventListener("input", (event) => !event.isComposing && !isComposing && ask());
part("search").addEventListener("submit", (event) => event.preventDefault());
part("matches").addEventListener("mousedown", (event) => event.preventDefault());
part("matches").addEventListener("click", (event) => open(matches.clickedRow(event.target)));
part("clear").addEventListener("click", clear);
part("new-call").addEventListener("click", newCall);
part("more").addEventListener("click", more);
for (const button of document.querySelectorAll('[data-show="shortcuts"]')) button.hidden = false;
readAddress();
ask();
renewCounts();
