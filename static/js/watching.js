// Whether the entry that stands open is still what may be said: to the second for the end of its validity, and
// told or asked for what people do to it.
import { getJson } from "./api.js";
import { isPageLive } from "./live.js";

const ASK_MS = 15000;
const ASK_LIVE_MS = 60000; // what is told at once need not be asked for, but a line that is not concerned any more is not told
const MANY_MS = 5000;
const LONGEST_TIMER = 2 ** 31 - 1;

let watched = null;
let expiryTimer = 0;
let isAsking = false;
let isWanted = false; // something was told while the answer was on its way
let askedAt = 0;

/** `hear` is told "expired", "gone" (and what it was combined into) or "changed", each at most once; an entry that is over is watched no more. */
export function watch(article, hear) {
  stopWatching();
  const { dataset } = article;
  watched = { dataset, hear, isChanged: false };
  waitForEnd(dataset.validUntil, dataset.readAt);
}

export function stopWatching() {
  clearTimeout(expiryTimer);
  watched = null;
}

/** The server's clock says how long it is until then; ours only runs. */
function waitForEnd(until, now) {
  clearTimeout(expiryTimer);
  const left = until ? Date.parse(until) - Date.parse(now) : Infinity;
  if (left > 0 && left <= LONGEST_TIMER) expiryTimer = setTimeout(() => end("expired"), left);
}

function end(what, into) {
  const { hear } = watched;
  stopWatching();
  hear(what, into);
}

async function ask() {
  if (!watched || document.hidden) return;
  isWanted = isAsking;
  if (isAsking) return;
  const asked = watched;
  isAsking = true;
  askedAt = Date.now();
  try {
    const answer = await getJson(`/entries/${asked.dataset.entry}/state/?seen=${asked.dataset.seal}`);
    if (watched === asked) hearState(answer);
  } catch {
    // Not reached, or logged out: what the person does next will say so.
  } finally {
    isAsking = false;
    if (isWanted) ask();
  }
}

function hearState({ state, into, valid_until: until, asked_at: now }) {
  if (state === "gone") return end("gone", into);
  const { dataset } = watched;
  if (Date.parse(until ?? "") !== Date.parse(dataset.validUntil)) {
    dataset.validUntil = until ?? "";
    waitForEnd(until, now);
  }
  if (state === "changed" && !watched.isChanged) {
    watched.isChanged = true;
    watched.hear("changed");
  }
  return undefined;
}

function askSometimes() {
  if (!isPageLive() || Date.now() - askedAt > ASK_LIVE_MS) ask();
}

/** After a large import all desks would ask at once. */
function hearPush({ detail }) {
  if (detail.many) setTimeout(ask, Math.random() * MANY_MS);
  else if (detail.entries.some(({ id }) => id === Number(watched?.dataset.entry))) ask();
}

setInterval(askSometimes, ASK_MS);
document.addEventListener("visibilitychange", ask);
document.addEventListener("push:entry", hearPush);
for (const kind of ["push:reload", "push:state"]) document.addEventListener(kind, ask);
