// What is typed is kept on the server within seconds, so that a closed browser loses no more than that.
import { send } from "./editor_asking.js";

const KEEP_AFTER_MS = 3000;

/** Keep the form's values after changes and when the page goes; nothing once the form itself is sent. */
export function startSaving(form, say) {
  let timer = 0;
  let isChanged = false;
  let isLeaving = false;

  async function keep(options) {
    clearTimeout(timer);
    timer = 0;
    if (!isChanged || isLeaving) return;
    isChanged = false;
    const isKept = (await send(form, form.dataset.autosave, options)) !== null;
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
  form.addEventListener("submit", () => {
    isLeaving = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) isLeaving = false;
  });
  addEventListener("pagehide", () => keep({ keepalive: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep({ keepalive: true });
  });
}
