// The empty box: hot questions on the left, and on the right what was read in this call.
import { getHtml } from "./api.js";
import { currentCall } from "./call.js";
import { renewCounts } from "./counts.js";
import { openedId } from "./entry.js";
import * as matches from "./matches.js";
import { offerReasons } from "./reasons.js";

const OLD_MS = 60000;

const part = (id) => document.getElementById(id);

let drawnAt = Date.now();

export function showStart() {
  for (const id of ["list-head", "more", "nothing", "forward"]) part(id).hidden = true;
  offerReasons(false);
  const groups = part("start-groups");
  matches.showGroups(groups ? JSON.parse(groups.textContent) : []);
  matches.markOpened(openedId());
  showReadInCall();
}

export function showReadInCall() {
  const read = currentCall()?.read ?? [];
  part("this-call").hidden = read.length === 0;
  part("this-call-list").replaceChildren(...read.map(linkTo));
}

function linkTo({ id, question }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/entries/${id}/`;
  link.dataset.open = id;
  link.textContent = question;
  item.append(link);
  return item;
}

/** Ask for the start anew when it is old; whether it was drawn anew. */
export async function renewStart({ isOld = Date.now() - drawnAt > OLD_MS } = {}) {
  renewCounts();
  if (!isOld) return false;
  try {
    part("start").innerHTML = await getHtml("/start/");
    drawnAt = Date.now();
    return true;
  } catch {
    return false; // The start as it was is still true enough.
  }
}
