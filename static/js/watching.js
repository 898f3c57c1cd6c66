// Whether the entry that stands open is still what may be said: to the second for the end of its validity, and
// asked now and then for what people do to it.
import { getJson } from "./api.js";

const ASK_MS = 15000;
const LONGEST_TIMER = 2 ** 31 - 1;

let watched = null;
let expiryTimer = 0;
let isAsking = false;

/** `hear` is told "expired", "gone" (and what it was combined into) or "changed", each at most once; an entry that is over is watched no more. */
export function watch(article, hear) {
  stopWatching();
  const { entry, seal, validUntil, readAt } = article.dataset;
  watched = { entry, seal, hear, validUntil, isChanged: false };
  waitForEnd(validUntil, readAt);
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
  if (!watched || document.hidden || isAsking) return;
  const asked = watched;
  isAsking = true;
  try {
    const answer = await getJson(`/entries/${asked.entry}/state/?seen=${asked.seal}`);
    if (watched === asked) hearState(answer);
  } catch {
    // Not reached, or logged out: what the person does next will say so.
  } finally {
    isAsking = false;
  }
}

function hearState({ state, into, valid_until: until, asked_at: now }) {
  if (state === "gone") return end("gone", into);
  if (Date.parse(until ?? "") !== Date.parse(watched.validUntil)) {
    watched.validUntil = until ?? "";
    waitForEnd(until, now);
  }
  if (state === "changed" && !watched.isChanged) {
    watched.isChanged = true;
    watched.hear("changed");
  }
  return undefined;
}

setInterval(ask, ASK_MS);
document.addEventListener("visibilitychange", ask);
