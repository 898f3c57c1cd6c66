// What the editor asks the server while somebody types; the form itself is sent by the browser.

const MOST_KEPT_ALIVE = 60_000; // browsers refuse to send more once the page has gone

/** A form's fields as they would be sent now, without the files and the button. */
export const valuesOf = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));

/** Send the form's fields; the answer's text, or null when it was refused or nobody answered. */
export async function send(form, address, { signal, keepalive = false } = {}) {
  const body = valuesOf(form).toString();
  try {
    const response = await fetch(address, {
      method: "POST",
      body,
      credentials: "same-origin",
      signal,
      keepalive: keepalive && body.length < MOST_KEPT_ALIVE,
      headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}

/** Get a piece of a page; null when it was refused or nobody answered. */
export async function ask(address, { signal } = {}) {
  try {
    const response = await fetch(address, { credentials: "same-origin", signal });
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}

/** Run an act once nothing was typed for so long; a newer one ends the request of the one before. */
export function settled(act, pauseMs) {
  let timer = 0;
  let running = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running?.abort();
      running = new AbortController();
      act(running.signal);
    }, pauseMs);
  };
}
