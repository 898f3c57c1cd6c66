// The keys of a review: approve, reject with a reason, submit, read it as agents do.
const form = document.querySelector("[data-verdict]");
const reason = form?.querySelector("[data-reason]");
const submit = document.querySelector("[data-submit]");
const asRead = document.querySelector("details.as-read");

function reject() {
  if (reason.value.trim() === "") reason.focus();
  else form.querySelector("[data-reject]").click();
}

function showAsRead() {
  asRead.open = !asRead.open;
  if (asRead.open) asRead.scrollIntoView({ block: "nearest" });
  asRead.querySelector("summary").focus();
}

const acts = {
  KeyA: form && (() => form.querySelector("[data-approve]").click()),
  KeyR: form && reject,
  KeyS: submit && (() => submit.click()),
  KeyV: asRead && showAsRead,
};

document.addEventListener("keydown", (event) => {
  const isAlt = event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing;
  const act = isAlt ? acts[event.code] : undefined;
  if (!act) return;
  event.preventDefault();
  if (!event.repeat) act();
});
