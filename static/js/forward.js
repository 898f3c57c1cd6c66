// Not found: to whom the question goes, by the line that was chosen or that comes nearest.
import { chosenFilters } from "./filters.js";
import { config, say } from "./texts.js";

const hint = document.getElementById("forward");

/** Say it for an answer that found entries of these lines, the best first. */
export function showForward(lines) {
  const code = chosenFilters().line ?? lines[0]?.code ?? config.own_line;
  const line = config.lines[code];
  hint.hidden = false;
  if (!line) hint.textContent = say("forward");
  else if (!line.experts.length) hint.textContent = say("forward_line", { line: line.name });
  else hint.textContent = say("forward_experts", { line: line.name, names: line.experts.join(say("and")) });
}
