// What is new about inquiries: a number in the bar, and on the desk a quiet card. No focus is ever taken.
import { getHtml, getJson } from "./api.js";
import { isPageLive } from "./live.js";

const ASK_MS = 60000; // while the page is not live
const ADDRESS = "/inquiries/";

const part = (id) => document.getElementById(id);
// Those of inquiries alone: bulletins have cards of their own.
const shownCards = () => [...document.querySelectorAll("#inquiry-cards [data-card]")];

let known = null;
let isAsking = false;
let isWanted = false; // something was told while the answer was on its way
let hear = () => {};

function showNumber(number) {
  const link = document.querySelector(`.pages > a[href="${ADDRESS}"]`);
  if (!link) return;
  const shown = link.querySelector(".tally");
  if (Number(shown?.textContent ?? 0) === number) return;
  shown?.remove();
  if (number === 0) return;
  const tally = document.createElement("span");
  tally.className = "tally changed-by-itself";
  tally.textContent = number;
  link.append(" ", tally);
}

async function ask() {
  isWanted = isAsking;
  if (isAsking) return;
  isAsking = true;
  try {
    const { number, told } = await getJson(`${ADDRESS}news/`);
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
  if (isWanted) ask();
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
  for (const card of shownCards()) if (!unread.has(card.dataset.card)) card.remove();
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
export const newestCard = () => shownCards()[0]?.dataset.card;

/** Open an inquiry in place, above what is being read; whether it could be. */
export async function openInquiry(id) {
  const place = part("inquiry-place");
  try {
    place.innerHTML = await getHtml(`${ADDRESS}${id}/`);
  } catch {
    return false;
  }
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
  shownCards().find((card) => card.dataset.card === String(id))?.remove();
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

function hearBell({ detail }) {
  if (detail.address?.startsWith(ADDRESS)) ask();
}

/** `listener` hears the text of each thing that is new while the page is open. */
export function startInquiryNews(listener = () => {}) {
  hear = listener;
  document.addEventListener("push:inquiry", ask);
  document.addEventListener("push:bell", hearBell);
  document.addEventListener("push:reload", ask);
  document.addEventListener("push:state", ask);
  setInterval(() => document.hidden || isPageLive() || ask(), ASK_MS);
  ask();
}
