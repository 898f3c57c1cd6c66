// Bulletins, on every page: how many are unread, and the cards of those that cannot wait.
// A card never takes the focus, never covers the field being typed in, and swallows no key but its own two.
import { isPageLive } from "./live.js";

const POLL_MS = 60_000;
const OLD_MS = 30_000;
const SPREAD_MS = 1500; // a thousand desks that hear at once do not ask at once
const LONGEST_TIMER = 2 ** 31 - 1;
const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

const place = document.getElementById("told");
const aloud = document.getElementById("told-aloud");
const STORE = `wenqu.later.${place?.dataset.person}`;

let renewedAt = Date.now();
let renewTimer = 0;
let endTimer = 0;
let focusedBefore = null;

const cards = () => [...place.querySelectorAll("[data-card]")];
const cardOf = (id) => cards().find((card) => Number(card.dataset.card) === id);
const keyOf = (card) => `${card.dataset.card}-${card.dataset.version}`;

// What was put off: kept until the tab is closed, or a reminder comes

function putOff() {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(STORE)) ?? []);
  } catch {
    return new Set();
  }
}

function keepPutOff(keys) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify([...keys]));
  } catch {
    // It comes again on the next page.
  }
}

// Showing

function show(number) {
  for (const badge of document.querySelectorAll("[data-unread-bulletins]")) {
    badge.querySelector("[data-number]").textContent = number;
    badge.hidden = number === 0;
  }
}

/** Where the card covers no field that somebody writes in: at the bottom, else on top, else out of the way. */
function settle() {
  place.hidden = place.childElementCount === 0;
  const field = document.activeElement?.matches(FIELDS) ? document.activeElement : null;
  for (const where of ["bottom", "top", "flow"]) {
    place.dataset.place = where;
    if (place.hidden || !field || place.contains(field) || where === "flow") return;
    const [one, other] = [place.getBoundingClientRect(), field.getBoundingClientRect()];
    if (one.bottom <= other.top || one.top >= other.bottom || one.right <= other.left || one.left >= other.right) return;
  }
}

function remove(card) {
  const hadFocus = card.contains(document.activeElement);
  card.remove();
  settle();
  if (hadFocus) focusedBefore?.focus({ preventScroll: true });
}

function put(card) {
  const known = cardOf(Number(card.dataset.card));
  if (known) known.replaceWith(card);
  else {
    place.prepend(card);
    aloud.textContent = place.dataset.textNew.replace("{title}", card.querySelector("h2").textContent);
  }
  settle();
}

/** At once, from the event alone; its text comes with the next answer. */
function sketch({ id, version, title }) {
  const card = document.getElementById("told-template").content.firstElementChild.cloneNode(true);
  const link = card.querySelector("a");
  card.dataset.card = id;
  card.dataset.version = version;
  card.dataset.sketch = "";
  link.textContent = title;
  link.href = `/bulletins/${id}/`;
  put(card);
}

const isOnPage = (id) => document.querySelector(`[data-bulletin="${id}"]`) !== null;

function draw(found) {
  const later = putOff();
  const due = found.filter(({ id, version }) => !later.has(`${id}-${version}`) && !isOnPage(id));
  const keys = new Set(due.map(({ id, version }) => `${id}-${version}`));
  for (const card of cards()) if (!keys.has(keyOf(card))) remove(card);
  for (const { id, version, html } of due) {
    const known = cardOf(id);
    if (known && keyOf(known) === `${id}-${version}` && !("sketch" in known.dataset)) continue;
    const frame = document.createElement("template");
    frame.innerHTML = html;
    put(frame.content.firstElementChild);
  }
}

// Asking

async function renew() {
  clearTimeout(renewTimer);
  renewTimer = 0;
  renewedAt = Date.now();
  try {
    const response = await fetch(place.dataset.now, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) return;
    const answer = await response.json();
    show(answer.unread);
    draw(answer.cards);
    waitFor(answer.changes_in_ms);
  } catch {
    // Not reached: the next time will do.
  }
}

function renewSoon() {
  renewTimer ||= setTimeout(renew, Math.random() * SPREAD_MS);
}

/** Until the first of them is over: it is gone to the second. */
function waitFor(ms) {
  clearTimeout(endTimer);
  if (ms !== null && ms <= LONGEST_TIMER) endTimer = setTimeout(renew, ms);
}

function hear({ detail: heard }) {
  const key = `${heard.id}-${heard.version}`;
  if (heard.reminder) keepPutOff([...putOff()].filter((each) => each !== key));
  if (heard.state === "withdrawn" && cardOf(heard.id)) remove(cardOf(heard.id));
  const isPressing = heard.state === "published" && (heard.urgency === "urgent" || heard.reminder);
  if (isPressing && !cardOf(heard.id) && !isOnPage(heard.id)) sketch(heard);
  renewSoon();
}

// What people do with a card

async function send(form) {
  const said = form.querySelector("[data-card-error]");
  const body = new URLSearchParams(new FormData(form));
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Wenqu-Card": "1" };
  let sentence = place.dataset.textUnsent;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers, credentials: "same-origin" });
    if (response.status === 204) return done(form.closest("[data-card]"));
    if (response.status === 422) sentence = await response.text();
  } catch {
    // Said below.
  }
  said.textContent = sentence;
  said.hidden = false;
  return settle();
}

function done(card) {
  aloud.textContent = place.dataset.textRead;
  remove(card);
  renew();
}

function later(card) {
  keepPutOff(putOff().add(keyOf(card)));
  remove(card);
}

/** Its own key: the receipt at once, or the way to its question. */
function answer(card) {
  const form = card.querySelector("[data-card-form]");
  const choice = form?.querySelector("[name=choice]:checked") ?? form?.querySelector("[name=choice]");
  if (!form) renew();
  else if (!choice) form.requestSubmit();
  else if (!card.contains(document.activeElement)) {
    focusedBefore = document.activeElement === document.body ? document.getElementById("box") : document.activeElement;
    choice.focus({ preventScroll: true });
  }
}

function onKey(event) {
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  const [card] = cards();
  if (!card) return;
  const number = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  if (number && event.target.name === "choice" && card.contains(event.target) && !event.altKey) {
    event.preventDefault();
    card.querySelectorAll("[name=choice]")[number - 1]?.click();
  }
  const act = { KeyG: answer, KeyX: later }[event.code];
  if (!act || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(card);
}

function start() {
  const ms = Number(place.dataset.changesIn || NaN);
  waitFor(Number.isNaN(ms) ? null : ms);
  if (place.dataset.hasCards === "1") renew();
  document.addEventListener("push:bulletin", hear);
  document.addEventListener("push:reload", renewSoon);
  document.addEventListener("keydown", onKey, { capture: true });
  for (const kind of ["focusin", "input"]) document.addEventListener(kind, () => place.hidden || settle());
  addEventListener("scroll", () => place.hidden || settle(), { passive: true });
  addEventListener("resize", () => place.hidden || settle());
  addEventListener("wenqu:read", renew);
  place.addEventListener("click", ({ target }) => {
    if (target.closest("[data-card-later]")) later(target.closest("[data-card]"));
  });
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("visibilitychange", () => !document.hidden && Date.now() - renewedAt > OLD_MS && renew());
  setInterval(() => document.hidden || isPageLive() || renewSoon(), POLL_MS);
}

if (place) start();
