// What is new about inquiries: a number in the bar, and on the desk a quiet card. No focus is ever taken.
import { getHtml, getJson } from "./api.js";

const ASK_MS = 60000;

const part = (id) => document.getElementById(id);

let known = null;
let isAsking = false;
let hear = () => {};

function showNumber(number) {
  const link = document.querySelector('.pages > a[href="/inquiries/"]');
  if (!link) return;
  link.querySelector(".tally")?.remove();
  if (number === 0) return;
  const tally = document.createElement("span");
  tally.className = "tally changed-by-itself";
  tally.textContent = number;
  link.append(" ", tally);
}

async function ask() {
  if (isAsking) return;
  isAsking = true;
  try {
    const { number, told } = await getJson("/inquiries/news/");
    showNumber(number);
    const isFirst = known === null;
    const fresh = told.filter(({ id }) => !known?.has(id));
    known = new Set(told.map(({ id }) => id));
    if (!isFirst) fresh.reverse().forEach(showCard);
    dropCards(told);
  } catch {
    // Not reached, or logged out: what the person does next will say so.
  } finally {
    isAsking = false;
  }
}

function showCard({ inquiry, text }) {
  const cards = part("inquiry-cards");
  if (!cards) return;
  cards.querySelector(`[data-card="${inquiry}"]`)?.remove();
  const card = part("inquiry-card-template").content.firstElementChild.cloneNode(true);
  card.dataset.card = inquiry;
  card.querySelector("[data-card-text]").textContent = text;
  card.querySelector("[data-inquiry]").dataset.inquiry = inquiry;
  cards.prepend(card);
  markFirst();
  hear(text);
}

/** What was read elsewhere needs no card any more. */
function dropCards(told) {
  const unread = new Set(told.map(({ inquiry }) => String(inquiry)));
  for (const card of document.querySelectorAll("[data-card]")) if (!unread.has(card.dataset.card)) card.remove();
  markFirst();
}

function markFirst() {
  const cards = part("inquiry-cards");
  if (!cards) return;
  [...cards.children].forEach((card, place) => (card.querySelector("kbd").hidden = place > 0));
  cards.hidden = cards.children.length === 0;
}

export function closeCard(button) {
  button.closest("[data-card]").remove();
  markFirst();
}

/** The inquiry of the newest card. */
export const newestCard = () => document.querySelector("[data-card]")?.dataset.card;

/** Open an inquiry in place, above what is being read; whether it could be. */
export async function openInquiry(id) {
  const place = part("inquiry-place");
  try {
    place.innerHTML = await getHtml(`/inquiries/${id}/`);
  } catch {
    return false;
  }
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
  document.querySelector(`[data-card="${id}"]`)?.remove();
  markFirst();
  ask();
  return true;
}

/** Close it; whether it was open. */
export function closeInquiry() {
  const place = part("inquiry-place");
  if (!place || place.hidden) return false;
  const hadFocus = place.contains(document.activeElement);
  place.hidden = true;
  place.replaceChildren();
  if (hadFocus) part("box").focus({ preventScroll: true });
  return true;
}

/** `listener` hears the text of each thing that is new while the page is open. */
export function startInquiryNews(listener = () => {}) {
  hear = listener;
  document.addEventListener("push:inquiry", ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  setInterval(() => document.hidden || ask(), ASK_MS);
  ask();
}
