// An answer of the search as the left pane shows it, and what is logged of it once it has settled.
import { currentCall } from "./call.js";
import { countOf } from "./counts.js";
import { chosenFilters, hasFilters, kindName } from "./filters.js";
import { showForward } from "./forward.js";
import * as matches from "./matches.js";
import { offerReasons } from "./reasons.js";
import { announceAtRest, tellState } from "./saying.js";
import { sendLater } from "./sending.js";
import { say } from "./texts.js";
import { forgetWords, offerWords, wordsAloud } from "./words.js";

export const FIRST_MATCHES = 8;
const SETTLED_MS = 1000;

const part = (id) => document.getElementById(id);

let answer = null;
let settledTimer = 0;

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
    foundBy: match.matched_by,
    score: match.score,
    reasons: match.explain,
  };
}

export function showAnswer(found, asked) {
  tellState(found.reduced);
  unsettle();
  const isMore = asked.limit > FIRST_MATCHES;
  const rows = found.matches.map(rowOf);
  const nearest = found.nearest.map(rowOf);
  const ids = [...rows, ...nearest].map((row) => row.id);
  answer = { ...found, text: asked.q, filters: chosenFilters(), ids, isLogged: false };
  const title = say(hasFilters() ? "nearest" : "nearest_of_all");
  const groups = [{ rows }, { title, rows: nearest }].filter((group) => group.rows.length);
  matches.showMatches(groups, { keepsChoice: isMore });
  showHead(rows.length, found.more);
  part("nothing").hidden = rows.length > 0;
  part("without-filters").hidden = !hasFilters();
  showForward([...found.matches, ...found.nearest].map((match) => match.line));
  offerReasons(ids.length > 0);
  offerWords(asked.q, found.did_you_mean);
  settledTimer = setTimeout(logSearch, SETTLED_MS);
}

function showHead(count, hasMore) {
  const sentence = count === 0 ? say("no_match") : count === 1 ? say("one_match") : say("matches", { n: count });
  part("list-title").textContent = hasMore ? say("best_matches", { n: count }) : sentence;
  part("list-head").hidden = false;
  part("list-measure").hidden = answer.ids.length === 0;
  part("more").hidden = !hasMore || count > FIRST_MATCHES;
  announceAtRest(() => `${sentence} ${wordsAloud()}`.trim());
}

/** The words in the box are no longer those the answer was for. */
export function unsettle() {
  clearTimeout(settledTimer);
}

export function forgetAnswer() {
  answer = null;
  forgetWords();
}

/** The search an entry was found by, if it was found by this one. */
export const searchOf = (id) => (answer?.ids.includes(id) ? answer.search_id : null);

/** A search is logged once it has settled: after a pause, at a choice, at a new call. */
export function logSearch() {
  unsettle();
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
