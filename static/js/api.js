// Every request the desk makes goes through here: its header, the CSRF token, one kind of failure.
import { config } from "./texts.js";

/** The server did not answer as it should; status 0 means it was not reached. */
export class Failed extends Error {
  constructor(status, sentence = "") {
    super(`answered ${status}`);
    this.status = status;
    this.sentence = sentence;
  }

  /** Whether the same request may succeed later. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  get isLoggedOut() {
    return this.status === 401 || this.status === 403;
  }
}

function csrfToken() {
  const name = `${config.csrf_cookie ?? "csrftoken"}=`;
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(name));
  return found ? decodeURIComponent(found.slice(name.length)) : "";
}

async function send(address, options) {
  let response;
  try {
    response = await fetch(address, {
      credentials: "same-origin",
      ...options,
      headers: { "X-Wenqu-Desk": "1", "X-CSRFToken": csrfToken(), ...options.headers },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failed(0);
  }
  if (response.redirected && response.url.includes("/log-in/")) throw new Failed(401);
  return response;
}

export async function getJson(address, { signal } = {}) {
  const response = await send(address, { signal, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Failed(response.status);
  return response.json();
}

export async function getHtml(address, { signal } = {}) {
  const response = await send(address, { signal, headers: { Accept: "text/html" } });
  if (!response.ok) throw new Failed(response.status);
  return response.text();
}

export async function postJson(address, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const response = await send(address, { method: "POST", headers, body: JSON.stringify(body), keepalive: true });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Failed(response.status, answer?.detail);
  return answer;
}

/** Send a form; the sentence it answers, whether it was taken or refused. */
export async function postForm(form, button) {
  const response = await send(form.action, { method: "POST", body: new FormData(form, button), headers: {} });
  if (!response.ok && response.status !== 422) throw new Failed(response.status);
  return { isTaken: response.ok, sentence: await response.text() };
}
