// What happens reaches every page as an event of its own on the document: "push:bulletin", "push:entry" and so
// on, with what is told as its detail. "push:state" says whether the page is live, "push:reload" that more was
// missed than can be told again.
import { Line } from "./live_line.js";

const meta = document.querySelector('meta[name="live"]');
const about = meta?.dataset;
const name = `wenqu-live-${meta?.content}`;
const GRACE_MS = 4000; // between two pages, and while a stream comes back by itself

let isLive = false;
let wordTimer = 0;

/** Whether what is told arrives at once; else pages ask for it now and then. */
export const isPageLive = () => isLive;

function hear({ kind, detail, isLive: isLiveNow }) {
  if (kind === "state") return showState(isLiveNow);
  return document.dispatchEvent(new CustomEvent(`push:${kind}`, { detail }));
}

function showState(isLiveNow) {
  isLive = isLiveNow;
  clearTimeout(wordTimer);
  if (isLive) showWord();
  else wordTimer = setTimeout(showWord, GRACE_MS);
  document.dispatchEvent(new CustomEvent("push:state", { detail: { isLive } }));
}

function showWord() {
  for (const word of document.querySelectorAll("[data-not-live]")) word.hidden = isLive;
}

const order = () => ({ address: about.address, person: Number(meta.content), after: about.after });

/** One worker holds the stream for all tabs. */
function joinWorker() {
  const worker = new SharedWorker(about.worker, { type: "module", name });
  worker.onerror = () => showState(false);
  worker.port.onmessage = ({ data }) => hear(data);
  worker.port.postMessage(order());
  addEventListener("pagehide", () => worker.port.postMessage("leave"));
}

/** Without shared workers one tab holds it and tells the others; when it goes, the next one does. */
function takeTurns() {
  const channel = new BroadcastChannel(name);
  let line = null;
  channel.onmessage = ({ data }) => {
    if (data.kind !== "who") hear(data);
    else if (line) channel.postMessage({ kind: "state", isLive: line.isLive });
  };
  channel.postMessage({ kind: "who" });
  navigator.locks.request(name, () => {
    const tellAll = (message) => {
      hear(message);
      channel.postMessage(message);
    };
    line = new Line({ ...order(), hear: tellAll });
    return new Promise(() => {}); // held as long as the page is open
  });
}

function join() {
  wordTimer = setTimeout(showWord, GRACE_MS);
  if ("SharedWorker" in self) joinWorker();
  else if (navigator.locks && "BroadcastChannel" in self) takeTurns();
  else new Line({ ...order(), hear });
}

/** A page that comes out of the browser's memory has slept: what it shows is of before. */
function wake({ persisted }) {
  if (!persisted) return;
  document.dispatchEvent(new CustomEvent("push:reload"));
  if ("SharedWorker" in self) joinWorker(); // the worker was told that the page left
}

function showBell({ detail }) {
  const bell = document.querySelector("[data-bell]");
  const number = Math.max(0, Number(bell.dataset.bell) + (detail.more ?? 0));
  bell.dataset.bell = number;
  bell.querySelector(".bell-count")?.remove();
  if (number > 0) bell.append(bellCount(number, bell.dataset.bellWord));
}

function bellCount(number, word) {
  const [count, spoken] = [document.createElement("b"), document.createElement("span")];
  count.className = "bell-count";
  spoken.className = "for-screen-readers";
  spoken.textContent = word;
  count.append(number, spoken);
  return count;
}

if (meta) {
  document.addEventListener("push:bell", showBell);
  if ("SharedWorker" in self) addEventListener("pageshow", wake);
  join();
}
