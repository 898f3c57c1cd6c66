// Why each match stands where it does: for administrators, while they ask for it.
import { config, say } from "./texts.js";

const MOST_SHARES = 5;

const toggle = document.getElementById("why");
const figures = new Intl.NumberFormat(config.language, { maximumFractionDigits: 2 });
const changes = new Intl.NumberFormat(config.language, { maximumFractionDigits: 2, signDisplay: "exceptZero" });

let isAsking = false;

/** What the search is asked besides. */
export const asksWhy = () => (isAsking ? { explain: 1 } : {});

/** As what the words were read, for a person. */
export const readingName = (foundBy) => say(`found_${foundBy}`);

export function startReasons(onChange) {
  toggle?.addEventListener("click", () => {
    isAsking = !isAsking;
    toggle.setAttribute("aria-pressed", String(isAsking));
    onChange();
  });
}

/** Where nothing stands in an order, there is nothing to ask. */
export function offerReasons(isOffered) {
  if (toggle) toggle.hidden = !isOffered;
}

/** The reasons of one match, a sentence each; none when nobody asked. */
export function reasonsOf({ reasons, score, foundBy }) {
  if (!reasons) return [];
  const { place, readings, ranker, asked } = reasons;
  const brought = Object.entries(readings)
    .filter(([, share]) => share !== 0)
    .map(([reading, share]) => `${readingName(reading)} ${figures.format(share)}`);
  return [
    say("why_place", { place, reading: readingName(foundBy), score: figures.format(score) }),
    brought.length ? say("why_readings", { shares: brought.join(" · ") }) : "",
    ranker ? rankerLine(ranker) : "",
    say("why_asked", { line: asked.line, all: asked.all }),
  ].filter(Boolean);
}

function rankerLine({ version, shares }) {
  const told = shares.slice(0, MOST_SHARES).map(({ said, share }) => `${said} ${changes.format(share)}`);
  return say("why_ranker", { version, shares: told.join(" · ") });
}
