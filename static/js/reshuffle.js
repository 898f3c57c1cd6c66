// The reshuffle by keys: what a letter means for the proposal that has the focus. Without scripts its forms do it.
import "./places.js";

const page = document.querySelector("[data-reshuffle]");
const keys = document.getElementById("keys");
const said = document.querySelector("[data-said]");
const isField = (element) => element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");

let lastDecided = null;
let awaited = null;

/** The body of a proposal that has the focus is fetched before it is opened, so that no key waits for it. */
const want = (proposal) => proposal?.querySelector("[hx-get]")?.dispatchEvent(new Event("wanted"));
const current = () => document.activeElement?.closest?.("[data-proposal]");
const summaryOf = (proposal) => proposal.querySelector("summary");
const isLoaded = (proposal) => !proposal.querySelector("[hx-get]");

/** Do it in the open proposal; a closed one opens first, and does it when its body has come. */
function inBody(proposal, act) {
  if (proposal.open && isLoaded(proposal)) return act(proposal);
  awaited = { id: proposal.id, act };
  proposal.open = true;
  if (isLoaded(proposal)) finish(proposal);
  return undefined;
}

function finish(proposal) {
  if (awaited?.id !== proposal.id || !isLoaded(proposal)) return;
  const { act } = awaited;
  awaited = null;
  act(proposal);
}

function focusOn(selector) {
  return (proposal) => {
    const found = proposal.querySelector(selector);
    (found ?? summaryOf(proposal)).focus();
    proposal.scrollIntoView({ block: "nearest" });
  };
}

/** The first time it shows what would happen, and the button has the focus; the second time it happens. */
function press(name) {
  return (proposal) => {
    const wasOpen = proposal.open && isLoaded(proposal);
    inBody(proposal, (opened) => {
      const button = opened.querySelector(`button[data-act="${name}"]`);
      if (!button) return;
      if (wasOpen) button.click();
      else focusOn(`button[data-act="${name}"]`)(opened);
    });
  };
}

function change(proposal) {
  inBody(proposal, (opened) => {
    const form = opened.querySelector("[data-change]");
    if (!form) return;
    form.open = true;
    focusOn("[data-change] form :is(input:not([type=hidden]), select, textarea)")(opened);
  });
}

function putOff(proposal) {
  inBody(proposal, (opened) => opened.querySelector('button[data-act="later"]')?.click());
}

function undo(proposal) {
  const state = proposal?.dataset.state;
  const chosen = state && state !== "open" ? proposal : lastDecided && document.getElementById(lastDecided);
  if (!chosen) return;
  if (chosen !== proposal) summaryOf(chosen).focus();
  press("undo")(chosen);
}

const ACTS = {
  a: press("accept"),
  c: change,
  d: (proposal) => inBody(proposal, focusOn('[data-act="dismiss"]')),
  l: putOff,
  u: undo,
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape" && isField(event.target) && current()) return summaryOf(current()).focus();
  if (isField(event.target) || keys.open) return undefined;
  if (event.key === "?") {
    event.preventDefault();
    return keys.showModal();
  }
  const act = ACTS[event.key];
  if (act && awaited) return event.preventDefault(); // what is typed ahead must not decide anything
  if (!act || event.repeat || (!current() && event.key !== "u")) return undefined;
  event.preventDefault();
  return act(current());
});

page.addEventListener("focusin", (event) => want(event.target.closest("[data-proposal]")));
page.addEventListener("toggle", (event) => event.target.open && want(event.target.closest("[data-proposal]")), true);

page.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-keys]")) keys.showModal();
});

/** A body came, or a decided line took the place of its proposal: the next one to decide gets the focus. */
document.body.addEventListener("htmx:afterSettle", (event) => {
  const proposal = event.detail.elt.closest?.("[data-proposal]");
  if (!proposal) return;
  finish(proposal);
  if (event.detail.requestConfig?.verb !== "post") return;
  if (proposal.querySelector("[role=alert]")) return summaryOf(proposal).focus();
  lastDecided = proposal.id;
  said.textContent = proposal.querySelector(".state")?.textContent ?? "";
  return focusNext(proposal);
});

function focusNext(decided) {
  const all = [...document.querySelectorAll("[data-proposal]")];
  const listed = new URLSearchParams(location.search).get("state") || "open";
  const isWaiting = (other) => other !== decided && other.dataset.state === listed;
  const after = all.slice(all.indexOf(decided) + 1).find(isWaiting);
  const next = after ?? all.find(isWaiting) ?? decided;
  summaryOf(next).focus();
  next.scrollIntoView({ block: "nearest" });
}
