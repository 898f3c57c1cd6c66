// The call: begun by the telephone system, by F2 or by the first key; ended by the next one, log-out or silence.
import { sendLater } from "./sending.js";
import { config, say } from "./texts.js";

const STORE = `wenqu.call.${config.person}`;
const IDLE_MS = config.call_idle_minutes * 60000;
const MOST_REMEMBERED = 10;

let call = stored();
let onChange = () => {};

/** Tabs of one person share the call: it is the same telephone. */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORE));
  } catch {
    return null;
  }
}

function keep() {
  try {
    if (call) localStorage.setItem(STORE, JSON.stringify(call));
    else localStorage.removeItem(STORE);
  } catch {
    // Without a store the call lives as long as the page.
  }
}

export const currentCall = () => call;

/** Whether this very call goes on, also where silence has ended it and no tick has noticed yet. */
export const isRunning = (id) => call !== null && call.id === id && !isSilent(Date.now());

export function beginCall(externalId = "") {
  call = {
    id: crypto.randomUUID(),
    externalId,
    startedAt: Date.now(),
    activeAt: Date.now(),
    counted: [],
    answered: [],
    read: [],
  };
  keep();
  sendLater("/api/v1/calls", { id: call.id, external_id: externalId });
  onChange("begun");
}

export function ensureCall() {
  if (!call) beginCall();
  return call;
}

export function endCall() {
  if (!call) return;
  sendLater(`/api/v1/calls/${call.id}/end`, {});
  call = null;
  keep();
  onChange("ended");
}

/** Remember an entry read in this call, the latest first. */
export function rememberRead(entry) {
  if (!call) return;
  call.read = [entry, ...call.read.filter((other) => other.id !== entry.id)].slice(0, MOST_REMEMBERED);
  keep();
}

/** What this call knows of an entry: counted, answered, or neither. */
export function markEntry(id, { isCounted, isAnswered }) {
  if (!call) return;
  const mark = (list, isOn) => (isOn ? [...new Set([...list, id])] : list.filter((other) => other !== id));
  call.counted = mark(call.counted, isCounted);
  call.answered = mark(call.answered, isAnswered);
  keep();
}

function isSilent(now) {
  return call !== null && now - call.activeAt > IDLE_MS;
}

function touched() {
  const now = Date.now();
  if (isSilent(now)) endCall();
  else if (call && now - call.activeAt > 5000) {
    call.activeAt = now;
    keep();
  }
}

function show() {
  const name = document.getElementById("call-id");
  const time = document.getElementById("call-time");
  document.getElementById("call").classList.toggle("is-running", call !== null);
  name.textContent = call ? shortName(call) : say("no_call");
  time.textContent = call ? clock(Date.now() - call.startedAt) : "";
}

function shortName({ id, externalId }) {
  return externalId ? externalId.slice(-8) : id.slice(0, 4);
}

function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

function tick() {
  if (isSilent(Date.now())) endCall();
  show();
}

/** `listener` hears "begun", "ended" and "moved" (another tab changed it). */
export function startCalls(listener) {
  onChange = (what) => {
    show();
    listener(what);
  };
  for (const kind of ["keydown", "pointerdown", "wheel", "scroll"]) {
    addEventListener(kind, touched, { capture: true, passive: true });
  }
  addEventListener("storage", (event) => {
    if (event.key !== STORE) return;
    const before = call?.id;
    call = stored();
    if (call?.id !== before) onChange("moved");
  });
  setInterval(tick, 1000);
  tick();
}
