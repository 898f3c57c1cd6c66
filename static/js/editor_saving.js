// What is typed is kept on the server within seconds, so that a closed browser loses no more than that.
import { send } from "./editor_asking.js";

const KEEP_AFTER_MS = 3000;

/** Keep the form's values after changes and when the page goes; nothing once the form itself is sent. */
export function startSaving(form, say) {
  let timer = 0;
  let isChanged = false;
  let isLeaving = false;
  let sending = null;

  async function keep(options) {
    clearTimeout(timer);
    timer = 0;
    if (!isChanged || isLeaving) return;
    isChanged = false;
    sending = send(form, form.dataset.autosave, options);
    const isKept = (await sending) !== null;
    sending = null;
    if (isKept) {
      if (!isChanged) say(form.dataset.textKept);
    } else {
      isChanged = true;
      say(form.dataset.textUnkept);
      timer ||= setTimeout(keep, KEEP_AFTER_MS);
    }
  }

  form.addEventListener("input", () => {
    isChanged = true;
    say(form.dataset.textChanged);
    timer ||= setTimeout(keep, KEEP_AFTER_MS);
  });
  form.addEventListener("submit", (event) => {
    isLeaving = true;
    clearTimeout(timer);
    if (!sending) return;
    event.preventDefault(); // what is being kept must not arrive after what is saved
    const button = event.submitter;
    sending.finally(() => setTimeout(() => form.requestSubmit(button)));
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) isLeaving = false;
  });
  addEventListener("pagehide", () => keep({ keepalive: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep({ keepalive: true });
  });
}
