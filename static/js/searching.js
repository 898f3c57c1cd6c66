// At every key one question, and only the newest one's answer is ever shown.
import { Failed, getJson } from "./api.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 8000;

export function searcher({ onAnswer, onFailure }) {
  let newest = 0;
  let running = null;
  let timer = 0;

  async function ask(question, number, pause) {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await getJson(`/api/v1/search?${new URLSearchParams(question)}`, { signal });
      if (number !== newest) return;
      running = null;
      onAnswer(answer, question);
    } catch (error) {
      if (error.name === "AbortError" || number !== newest) return;
      running = null;
      onFailure(error, question);
      if (!(error instanceof Failed) || !error.isPassing) return;
      timer = setTimeout(() => number === newest && ask(question, number, Math.min(pause * 2, LONGEST_PAUSE_MS)), pause);
    }
  }

  return {
    search(question) {
      clearTimeout(timer);
      newest += 1;
      ask(question, newest, FIRST_PAUSE_MS);
    },
    stop() {
      clearTimeout(timer);
      newest += 1;
      running?.abort();
      running = null;
    },
    get isWaiting() {
      return running !== null;
    },
  };
}
