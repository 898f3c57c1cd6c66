// What must reach the server although the network may not be there: calls, searches, events.
// Everything carries its own id, so sending twice is the same as sending once.
import { Failed, postJson } from "./api.js";
import { config } from "./texts.js";

const STORE = `wenqu.unsent.${config.person}`;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;

let queue = stored();
let isSending = false;
let pause = FIRST_PAUSE_MS;
let timer = 0;
let tell = () => {};

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(queue));
  } catch {
    // A full or forbidden store: the queue still lives in memory.
  }
}

/** Send in order, one after another; what fails for now is tried again, what is refused is let go. */
async function work() {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  while (queue.length) {
    const item = queue[0];
    let answered = 200;
    let answer = null;
    try {
      answer = await postJson(item.address, item.body);
    } catch (error) {
      const status = error instanceof Failed ? error.status : 0;
      if (!(error instanceof Failed) || error.isPassing || error.isLoggedOut) {
        tell(status);
        timer = setTimeout(work, pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        break;
      }
      console.warn("Refused by the server:", item.address, status);
      answered = status;
      answer = { detail: error.sentence };
    }
    queue.shift();
    keep();
    pause = FIRST_PAUSE_MS;
    tell(answered, item, answer);
  }
  isSending = false;
}

export function sendLater(address, body) {
  queue.push({ address, body });
  keep();
  work();
}

export const hasUnsent = () => queue.length > 0;

/** Wait until everything is sent, but not longer than so many milliseconds. */
export async function settle(mostMs) {
  const end = performance.now() + mostMs;
  work();
  while (queue.length && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Back on the network: no long pause is waited for, also when an attempt is just failing. */
function tryAtOnce() {
  pause = FIRST_PAUSE_MS;
  work();
}

/** `listener` hears of each attempt: 200 or why it was refused, with what was sent and answered; without them, why it will be tried again. */
export function startSending(listener) {
  tell = listener;
  addEventListener("online", tryAtOnce);
  addEventListener("pagehide", () => queue.slice(0, 20).forEach((item) => postJson(item.address, item.body).catch(() => {})));
  work();
}
