// The form of a bulletin: linked entries are found by their question, and a question is only asked of what must be read.
import { startRelated } from "./editor_rows.js";

const form = document.getElementById("bulletin-form");
const mustRead = form.querySelector("[data-must-read]");

function showQuiz() {
  form.querySelector("[data-quiz]").hidden = !mustRead.checked;
}

startRelated(form.querySelector("[data-related]"), form);
mustRead.addEventListener("change", showQuiz);
showQuiz();
