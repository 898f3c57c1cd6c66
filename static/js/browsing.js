// The empty box with a category chosen: its entries, in the order they were given.
import { getJson } from "./api.js";
import { openedId } from "./entry.js";
import { chosenFilters } from "./filters.js";
import * as matches from "./matches.js";

const RENEW_MS = 400;
const box = document.getElementById("box");

let newest = 0;
let timer = 0;

const isBrowsing = () => box.value.trim() === "" && Boolean(chosenFilters().category);

/** List the chosen category; whatever was asked meanwhile keeps its own answer. */
export async function browse({ keepsChoice = false } = {}) {
  const number = ++newest;
  if (!isBrowsing()) return;
  try {
    const { groups } = await getJson(`/start/category/?${new URLSearchParams(chosenFilters())}`);
    if (number !== newest || !isBrowsing()) return;
    const chosen = matches.chosenRow()?.id;
    matches.showGroups(groups);
    matches.markOpened(openedId());
    if (keepsChoice && chosen) matches.choose(groups.flatMap((group) => group.rows).findIndex((row) => row.id === chosen));
  } catch {
    // The start as it was is still true enough.
  }
}

/** Something changed that agents find: the list as it is now, once for many changes. */
document.addEventListener("push:entry", () => {
  clearTimeout(timer);
  timer = setTimeout(() => browse({ keepsChoice: true }), RENEW_MS);
});
