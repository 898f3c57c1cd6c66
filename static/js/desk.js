// The desk: how the box, the list, the call and the opened entry go together.
import { FIRST_MATCHES, forgetAnswer, logSearch, searchOf, showAnswer, unsettle } from "./answers.js";
import { beginCall, currentCall, endCall, ensureCall, startCalls } from "./call.js";
import * as entry from "./entry.js";
import { browse } from "./browsing.js";
import { renewCounts } from "./counts.js";
import { chosenFilters, clearFilters, startFilters } from "./filters.js";
import { actOf } from "./keys.js";
import * as matches from "./matches.js";
import * as forward from "./forward.js";
import { closeCard, closeInquiry, newestCard, openInquiry, startInquiryNews } from "./inquiry_news.js";
import { momentName } from "./moments.js";
import { asksWhy, startReasons } from "./reasons.js";
import { announce, complain, endTrouble, isInTrouble, tellDone, tellUndone, trouble } from "./saying.js";
import { startRegions } from "./regions.js";
import { searcher } from "./searching.js";
import { settle, startSending } from "./sending.js";
import { renewStart, showReadInCall, showStart } from "./start.js";
import { followStep } from "./steps.js";
import { config, say } from "./texts.js";
import { askUnderway, forgetUnderway, joinInquiry, nearestUnderway, renewUnderway, unjoin } from "./underway.js";
import { clickedWords, firstWords } from "./words.js";

const MORE_MATCHES = 40;

const part = (id) => document.getElementById(id);
const box = part("box");

let isComposing = false;
let opensNext = false;

// Sending

/** A failure is told in one calm line, and the line goes when everything has been sent or an answer comes. */
function hearSending(code, item, answer) {
  if (code === 0) return trouble("offline");
  if (code === 401 || code === 403) return trouble("logged_out");
  if (!item) return undefined;
  endTrouble();
  if (code !== 200 && config.counts && item.address === "/api/v1/hits") tellRefused(item.body);
  if (item.address.startsWith("/api/v1/inquiries")) hearInquiry(code, item, answer);
  return undefined;
}

/** A question arrived at its line, or was refused: then what was typed is back in the panel. */
function hearInquiry(code, item, answer) {
  const isForward = forward.isForward(item);
  if (code === 200) {
    const values = { line: answer.line.name, time: momentName(answer.reply_due_at) };
    const sentence = say(isForward ? "forwarded" : "joined", values);
    tellDone(sentence);
    announce(sentence);
  } else {
    const sentence = answer.detail || say("not_sent");
    if (isForward) forward.takeBackForward(item, sentence);
    else unjoin(Number(item.address.split("/").at(-2)));
    tellUndone(sentence);
  }
  renewUnderway();
}

/** Back on the network: what was asked is asked at once; what waits to be sent is on its way by itself. */
function comeBack() {
  if (!isInTrouble()) return;
  if (box.value.trim() !== "") search.search(question());
  else endTrouble();
}

/** What was queued without a network may be refused later, and the page has called it counted meanwhile. */
function tellRefused(use) {
  if (use.how === "opened") return;
  if (use.how !== "taken_back") entry.uncount(use);
  tellUndone(say(use.how === "taken_back" ? "not_taken_back" : "not_counted"));
}

// Searching

const search = searcher({ onAnswer: hearAnswer, onFailure: (error) => complain("search_failed", error) });

function question(limit = FIRST_MATCHES) {
  return { q: box.value.trim(), limit, ...chosenFilters(), ...asksWhy() };
}

function ask() {
  unsettle();
  opensNext = false;
  matches.expectAnswer();
  part("clear").hidden = box.value === "";
  if (box.value.trim() === "") return empty();
  ensureCall();
  askUnderway(box.value.trim());
  return search.search(question());
}

function empty() {
  search.stop();
  forgetUnderway();
  forgetAnswer();
  showStart();
  browse();
}

function hearAnswer(found, asked) {
  showAnswer(found, asked);
  if (opensNext) openChosen();
}

function type(words) {
  box.value = words;
  box.focus();
  ask();
}

async function renew(options) {
  if ((await renewStart(options)) && box.value.trim() === "") empty();
}

// What people do

function open(row) {
  if (!row) return;
  logSearch();
  entry.openEntry(row, searchOf(row.id));
}

function openChosen() {
  opensNext = search.isWaiting;
  if (!opensNext) open(matches.chosenRow());
}

function clear() {
  if (entry.closeFlagForm() || forward.closeForward() || closeInquiry()) return;
  if (box.value !== "") type("");
  else {
    entry.closeEntry();
    empty();
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
  forward.closeForward();
  closeInquiry();
  box.value = "";
  ask();
  box.focus();
  renew();
}

function followCall(what) {
  if (what === "moved") return forgetLastCaller();
  entry.followCall();
  return showReadInCall();
}

function more() {
  search.search(question(MORE_MATCHES));
}

/** Join the nearest question on its way instead of forwarding it again; one that is answered is read. */
function join() {
  const likely = forward.nearestLikely();
  const nearest = likely ?? nearestUnderway();
  if (!nearest) return;
  joinOrRead(nearest, likely !== undefined);
}

function joinOrRead({ id, answer }, isLikely) {
  if (answer) showInquiry(id);
  else if (isLikely) forward.joinLikely(id);
  else if (config.forwards) joinInquiry(id);
}

async function showInquiry(id) {
  if (id && !(await openInquiry(id))) tellUndone(say("inquiry_gone"));
}

function focusBox() {
  box.focus();
  box.select();
}

function showShortcuts() {
  part("shortcuts").showModal();
}

// Keys and clicks

const ACTS = {
  openAt: (number) => open(matches.rowAt(number)),
  openChosen,
  move: matches.move,
  scroll: (by) => (entry.openedId() ? () => entry.scrollReader(by) : undefined),
  takeWords() {
    const words = firstWords();
    return words && (() => type(words));
  },
  confirm: () => entry.confirmEntry(),
  takeBack: () => entry.takeBack(),
  copy: () => entry.copyScript(),
  fillBlanks: () => entry.fillBlanks(),
  showVersion: (by) => entry.showVersion(by),
  renew: () => entry.renewEntry(),
  flag: () => entry.flagEntry(),
  forward: () => forward.openForward(box.value.trim()),
  join,
  readNews: () => showInquiry(newestCard()),
  focusBox,
  clear,
  newCall,
  showShortcuts,
};

const CLICKS = {
  "clear-filters": clearFilters,
  confirm: ACTS.confirm,
  "take-back": ACTS.takeBack,
  copy: ACTS.copy,
  flag: ACTS.flag,
  "flag-cancel": () => entry.closeFlagForm(),
  forward: ACTS.forward,
  "inquiry-close": closeInquiry,
};

function clickInquiry(target) {
  const opened = target.closest("[data-inquiry]")?.dataset.inquiry;
  const joining = target.closest("[data-join]");
  const closing = target.closest("[data-card-close]");
  if (opened) showInquiry(opened);
  else if (closing) closeCard(closing);
  else if (joining) joinOrRead({ id: Number(joining.dataset.join) }, joining.closest("[data-forward-likely]") !== null);
  else return false;
  return true;
}

function onKey(event) {
  if (event.isComposing || isComposing || event.keyCode === 229) return;
  if (part("shortcuts").open || event.target.closest?.("details.menu[open]")) return;
  const act = actOf(event, ACTS);
  if (!act) return;
  event.preventDefault();
  act();
}

function onClick(event) {
  const { target } = event;
  const act = CLICKS[target.closest("[data-act]")?.dataset.act];
  if (act) return act();
  if (clickInquiry(target)) return undefined;
  const words = clickedWords(target);
  if (words) return type(words);
  if (followStep(target.closest("[data-step]"))) return event.preventDefault();
  const link = target.closest("[data-open]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (link.matches("[data-renew]")) return entry.renewEntry();
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
startRegions(entry.showRegion);
startReasons(ask);
if (config.forwards) forward.startForward();
startInquiryNews(announce);
addEventListener("online", comeBack);
addEventListener("wenqu:pinned", () => renew({ isOld: true }));
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
