// The one stream of a browser: opened, kept open, and opened anew from where it broke off. Knows no page.
const KINDS = ["bulletin", "entry", "inquiry", "flag", "spike", "bell", "reload"];
const SILENT_MS = 40000; // the server gives a sign of life every 15 s
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2000;
const LONGEST_LATER_MS = 30000; // whoever is logged out need not ask every two seconds
const LATER_MS = 60000;
const STEADY_MS = 10000;
const KEPT = 300;

/** Whether the transaction of that id had ended in a snapshot of PostgreSQL, such as "731:735:732,733". */
function isBehind(xid, snapshot) {
  const [oldest, upcoming, running] = snapshot.split(":");
  const id = BigInt(xid);
  return id < BigInt(oldest) || (id < BigInt(upcoming) && !running.split(",").includes(xid));
}

export class Line {
  /** `hear` is told every message `{kind, detail}` once, `{kind: "state", isLive}` among them. */
  constructor({ address, person, after, hear }) {
    Object.assign(this, { address, person, after, hear });
    this.isLive = false;
    this.heardAt = Date.now();
    this.pause = FIRST_PAUSE_MS;
    this.kept = [];
    this.numbers = new Set();
    this.open();
  }

  open() {
    this.openedAt = Date.now();
    this.source = new EventSource(`${this.address}?after=${encodeURIComponent(this.after)}`, { withCredentials: true });
    this.source.onerror = () => this.comeBack();
    for (const kind of KINDS) this.source.addEventListener(kind, (event) => this.take(kind, event));
    for (const kind of ["hello", "beat"]) this.source.addEventListener(kind, (event) => this.takeSign(event));
    this.waitForSign();
  }

  take(kind, event) {
    this.waitForSign();
    if (event.lastEventId) this.after = event.lastEventId;
    const { number, xid, detail } = JSON.parse(event.data);
    if (this.numbers.has(number)) return;
    const message = { kind, detail, xid };
    if (number) this.keep(number, message);
    this.hear(message);
  }

  keep(number, message) {
    this.numbers.add(number);
    this.kept.push(message);
    if (this.kept.length <= KEPT) return;
    this.kept.shift();
    this.numbers.delete(this.numbers.values().next().value);
  }

  takeSign(event) {
    const { isLive, person } = JSON.parse(event.data);
    this.after = event.lastEventId || this.after;
    if (person !== undefined && person !== this.person) return this.end(); // somebody else has logged in since
    this.waitForSign();
    return this.say(isLive);
  }

  say(isLive) {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    this.hear({ kind: "state", isLive });
  }

  waitForSign() {
    if (this.isLive) this.heardAt = Date.now();
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.comeBack(), SILENT_MS);
  }

  /** Not all at once: after the server was away, a thousand desks would stand at its door together. */
  comeBack() {
    if (this.source === null) return;
    this.close();
    if (Date.now() - this.openedAt > STEADY_MS) this.pause = FIRST_PAUSE_MS;
    this.timer = setTimeout(() => this.open(), this.pause * (0.5 + Math.random()));
    const longest = Date.now() - this.heardAt < LATER_MS ? LONGEST_PAUSE_MS : LONGEST_LATER_MS;
    this.pause = Math.min(this.pause * 2, longest);
  }

  close() {
    clearTimeout(this.silence);
    this.source?.close();
    this.source = null;
    this.say(false);
  }

  end() {
    this.close();
    clearTimeout(this.timer);
  }

  /** What a page that was drawn at `snapshot` has not heard: it may join a line that was open before. */
  missedBy(snapshot) {
    return this.kept.filter(({ xid }) => !isBehind(xid, snapshot));
  }
}
