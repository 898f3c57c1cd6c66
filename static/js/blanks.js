// Blanks of a script, filled in where they stand. What is typed lives in these fields alone: it is neither
// stored nor sent, and goes with the call.
const BLANK = /\{([^{}<>\n]+)\}/g;

export const isBlank = (element) => element.matches?.("input.blank");
const fieldsIn = (part) => [...part.querySelectorAll("input.blank")];
const written = (field) => field.value.trim() || `【${field.dataset.blank}】`;

/** The script as it is said: what was filled in stands in its place, what was not is easy to see. */
export function filled(text, part) {
  const fields = new Map(fieldsIn(part).map((field) => [field.dataset.blank, field]));
  return text.replace(BLANK, (whole, name) => (fields.has(name) ? written(fields.get(name)) : whole));
}

/** In a piece of a page that is taken out of it, words in place of fields. */
export function spellOut(taken) {
  for (const field of fieldsIn(taken)) field.replaceWith(written(field));
}

export function clearBlanks(article) {
  for (const field of fieldsIn(article)) field.value = "";
}

/** Go to the first blank that is empty, else to the first; whether there is one. */
export function focusBlank(part) {
  const fields = fieldsIn(part);
  const field = fields.find((each) => !each.value) ?? fields[0];
  field?.focus();
  field?.select();
  return field !== undefined;
}

/** The same blank holds the same everywhere in the entry; Enter goes on to the next, and from the last to the copy. */
export function wireBlanks(article) {
  article.addEventListener("input", ({ target }) => {
    if (!isBlank(target)) return;
    for (const field of fieldsIn(article)) {
      if (field !== target && field.dataset.blank === target.dataset.blank) field.value = target.value;
    }
  });
  article.addEventListener("keydown", (event) => {
    if (!isBlank(event.target) || event.isComposing || event.keyCode === 229) return;
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const script = event.target.closest(".script");
    const fields = fieldsIn(script);
    (fields[fields.indexOf(event.target) + 1] ?? script.querySelector('[data-act="copy"]'))?.focus();
  });
}
