// Sentences and facts the page brought along; the scripts have none of their own.

function read(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : {};
}

const texts = read("desk-texts");

export const config = read("desk-config");

/** The sentence of that name, with {n} and the like filled in. */
export function say(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), texts[name] ?? name);
}
