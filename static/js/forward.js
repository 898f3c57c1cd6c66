// Not found: the question goes to a business line from a panel beside the matches, by keyboard alone.
// What is typed stays in this tab until the server has it.
import { currentCall, ensureCall } from "./call.js";
import { chosenFilters } from "./filters.js";
import { sendLater } from "./sending.js";
import { config, say } from "./texts.js";
import { inquiriesLike, joinInquiry, rowsOf } from "./underway.js";

const STORE = `wenqu.forward.${config.person}`;
const TYPING_RESTS_MS = 250;
const ADDRESS = "/api/v1/inquiries";

const hint = document.getElementById("forward");
const panel = document.getElementById("forward-panel");
const part = (name) => panel?.querySelector(`[data-forward-${name}]`); // who forwards nothing has no panel
const form = panel?.querySelector("form");
const { question, context, line } = form?.elements ?? {};
const [error, earlier, likely, likelyList] = ["error", "earlier", "likely", "likely-list"].map(part);

let { draft, refused } = stored();
let nearestLine = "";
let likelyFound = [];
let likelyTimer = 0;
let asking = null;
let isComposing = false;
let focusedBefore = null;

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? { draft: null, refused: [] };
  } catch {
    return { draft: null, refused: [] };
  }
}

function keep() {
  try {
    if (draft || refused.length) sessionStorage.setItem(STORE, JSON.stringify({ draft, refused }));
    else sessionStorage.removeItem(STORE);
  } catch {
    // A full or forbidden store: what is typed lives as long as the page.
  }
}

/** The line that was chosen, else that of the best match, else the person's own. */
const likelyLine = () => chosenFilters().line ?? (nearestLine || config.own_line);

/** Say for an answer that found entries of these lines, the best first, that the question can be forwarded. */
export function showForward(lines) {
  nearestLine = lines.find(({ code }) => config.lines[code])?.code ?? "";
  const name = config.lines[likelyLine()]?.name;
  hint.hidden = !config.forwards;
  hint.querySelector("[data-forward-to]").textContent = name ? say("forward_line", { line: name }) : say("forward");
}

function begin(words) {
  draft = { id: crypto.randomUUID(), callId: ensureCall().id, words, question: words, context: "", line: likelyLine() };
  keep();
}

/** Whether somebody has typed into it: then no new search fills it anew. */
const isTouched = () => draft !== null && (draft.context !== "" || draft.question !== draft.words || Boolean(draft.error));

const isOpen = () => panel !== null && !panel.hidden;

/** Open the panel, or go to it; what was typed before is still there, of whichever call it was. */
export function openForward(words) {
  if (!config.forwards) return;
  if (isOpen()) return void question.focus();
  if (!isTouched() && refused.length) draft = refused.shift();
  else if (!isTouched()) begin(words);
  focusedBefore = document.activeElement;
  show();
  question.focus({ preventScroll: true });
  question.setSelectionRange(question.value.length, question.value.length);
}

function show() {
  question.value = draft.question;
  context.value = draft.context;
  line.value = draft.line;
  earlier.hidden = draft.callId === currentCall()?.id;
  showError(draft.error ?? "");
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  showExperts();
  askLikely();
}

function showExperts() {
  const names = config.lines[line.value]?.experts ?? [];
  part("experts").textContent = names.join(say("and"));
}

function showError(sentence) {
  error.textContent = sentence;
  error.hidden = sentence === "";
}

/** Close it; whether it was open. What was typed is kept. */
export function closeForward() {
  if (!isOpen()) return false;
  const hadFocus = panel.contains(document.activeElement);
  panel.hidden = true;
  clearTimeout(likelyTimer);
  asking?.abort();
  if (hadFocus) (focusedBefore?.isConnected ? focusedBefore : document.getElementById("box")).focus({ preventScroll: true });
  return true;
}

function type() {
  draft = { ...draft, question: question.value, context: context.value, line: line.value, error: "" };
  keep();
  showError("");
}

// Likely duplicates, while somebody writes

function askLikely() {
  clearTimeout(likelyTimer);
  likelyTimer = setTimeout(findLikely, TYPING_RESTS_MS);
}

async function findLikely() {
  asking?.abort();
  asking = new AbortController();
  const words = question.value.trim();
  const found = words ? await inquiriesLike(words, { signal: asking.signal }) : [];
  if (found === null || !isOpen()) return;
  likelyFound = found;
  likely.hidden = found.length === 0;
  likelyList.replaceChildren(...rowsOf(found));
}

/** The nearest of them, while the panel is open. */
export const nearestLikely = () => (isOpen() ? likelyFound[0] : undefined);

/** Join instead of forwarding: what was typed goes along as details. */
export function joinLikely(id) {
  joinInquiry(id, { words: question.value.trim(), detail: context.value.trim() });
  forget();
}

function forget() {
  draft = null;
  keep();
  form.reset();
  closeForward();
}

// Sending

function send() {
  if (question.value.trim() === "") {
    showError(say("forward_empty"));
    return question.focus();
  }
  type();
  const { id, callId, words } = draft;
  const body = { id, question: draft.question.trim(), context: draft.context.trim(), line: draft.line };
  sendLater(ADDRESS, { ...body, call_id: callId, words: words.slice(0, 500) });
  return forget();
}

export const isForward = (item) => item?.address === ADDRESS;

/** It was refused: everything typed is back, with the reason; no focus is taken from the next caller. */
export function takeBackForward({ body }, sentence) {
  refused.push({ ...body, callId: body.call_id, id: crypto.randomUUID(), error: sentence });
  if (!isTouched()) draft = refused.shift();
  keep();
  if (draft.error && panel) show();
}

function onKey(event) {
  if (event.isComposing || isComposing || event.keyCode === 229) return;
  const hasCtrl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (event.key === "Escape") closeForward();
  else if (event.key === "Enter" && hasCtrl) send();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function anew() {
  begin(document.getElementById("box").value.trim());
  show();
  question.focus();
}

export function startForward() {
  form.addEventListener("keydown", onKey);
  form.addEventListener("compositionstart", () => (isComposing = true));
  form.addEventListener("compositionend", () => (isComposing = false));
  form.addEventListener("input", (event) => {
    type();
    if (event.target === question) askLikely();
    if (event.target === line) showExperts();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  part("close").addEventListener("click", closeForward);
  part("anew").addEventListener("click", anew);
}
