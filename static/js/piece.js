// The opened entry as a piece of a page, on the desk and on a page of its own: copying and flagging.
import { postForm } from "./api.js";
import { filled, spellOut } from "./blanks.js";
import { say } from "./texts.js";
import { shownVersion } from "./versions.js";

/** Put a text on the clipboard; also where the browser gives no clipboard to pages without TLS. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    const focused = document.activeElement;
    area.value = text;
    area.className = "for-screen-readers";
    document.body.append(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return isDone;
  }
}

/** Copy what may be said to the caller; whether there was something and it worked. */
export async function copyForCaller(article) {
  const part = shownVersion(article);
  const button = part.querySelector('[data-act="copy"]');
  const text = button && filled(button.dataset.copy, part).trim();
  if (!text || !(await toClipboard(text))) return false;
  const label = button.firstChild;
  const before = label.textContent;
  label.textContent = `${say("copied")} `;
  button.classList.add("done");
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove("done");
  }, 2000);
  return true;
}

/** A selection that is copied by hand loses its internal paragraphs as well. */
export function keepInternalIn(article, onCopied) {
  article.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (event.target.matches?.("input, textarea") || !selection.rangeCount) return;
    const taken = selection.getRangeAt(0).cloneContents();
    const isInside = selection.anchorNode?.parentElement.closest(".internal");
    for (const internal of taken.querySelectorAll(".internal, button, .for-screen-readers")) internal.remove();
    spellOut(taken);
    const frame = document.createElement("div");
    frame.className = "for-screen-readers";
    frame.append(taken);
    document.body.append(frame);
    const text = isInside && isInside === selection.focusNode?.parentElement.closest(".internal") ? "" : frame.innerText;
    frame.remove();
    event.clipboardData.setData("text/plain", text.trim());
    event.preventDefault();
    if (text.trim() && selection.anchorNode.parentElement.closest(".script, .answer")) onCopied();
  });
}

/** The button that puts the entry on the person's own list says at once what it now is. */
export function wirePin(article, told) {
  const form = article.querySelector("[data-pin-form]");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { isTaken, sentence } = await postForm(form, button);
      if (isTaken) {
        button.setAttribute("aria-pressed", String(button.value === "1"));
        button.value = button.value === "1" ? "0" : "1";
      }
      told(sentence, isTaken);
    } catch {
      told(say("not_sent"), false);
    }
  });
}

let focusedBefore = null;

export function openFlag(article) {
  const form = article.querySelector("[data-flag-form]");
  if (!form.hidden) return closeFlag(article);
  focusedBefore = document.activeElement;
  article.querySelector("[data-actions]").hidden = true;
  form.hidden = false;
  form.querySelector("[name=reason]:checked").focus({ preventScroll: true });
  return true;
}

/** Close the form, and give the focus back to where it was before: on the desk, mostly the search box. */
export function closeFlag(article) {
  const form = article.querySelector("[data-flag-form]");
  if (form.hidden) return false;
  const hadFocus = form.contains(document.activeElement);
  form.hidden = true;
  article.querySelector("[data-actions]").hidden = false;
  const back = focusedBefore === document.body ? document.getElementById("box") : focusedBefore;
  if (hadFocus) back?.focus({ preventScroll: true });
  return true;
}

/** Digits choose and send at once; Enter sends with the line; `told` hears the sentence that comes back. */
export function wireFlag(article, told) {
  const form = article.querySelector("[data-flag-form]");
  const reasons = [...form.querySelectorAll("[name=reason]")];
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const reason = event.target.name === "reason" ? reasons[Number(event.key) - 1] : undefined;
    if (reason) {
      event.preventDefault();
      reason.checked = true;
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = form.querySelector("[data-flag-error]");
    try {
      const { isTaken, sentence } = await postForm(form);
      error.hidden = isTaken;
      error.textContent = isTaken ? "" : sentence;
      if (!isTaken) return;
      form.reset();
      closeFlag(article);
      told(sentence);
    } catch {
      error.hidden = false;
      error.textContent = say("not_sent");
    }
  });
}
