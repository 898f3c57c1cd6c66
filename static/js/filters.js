// The chips: they stay until somebody changes them, on this browser and for this person.
import { config } from "./texts.js";

const STORE = `wenqu.filters.${config.person}`;
const bar = document.getElementById("filters");
const category = document.getElementById("filter-category");
const kind = document.getElementById("filter-kind");

let chosen = { line: "", category: "", kind: "" };
let onChange = () => {};

function restore() {
  try {
    chosen = { ...chosen, ...JSON.parse(localStorage.getItem(STORE)) };
  } catch {
    // A filter that cannot be remembered is off.
  }
  const isKnown = (values, value) => [...values].includes(value);
  if (!isKnown([...bar.querySelectorAll("[data-line]")].map((chip) => chip.dataset.line), chosen.line)) chosen.line = "";
  if (!isKnown([...category.options].map((option) => option.value), chosen.category)) chosen.category = "";
  if (!isKnown([...kind.options].map((option) => option.value), chosen.kind)) chosen.kind = "";
}

function show() {
  for (const chip of bar.querySelectorAll("[data-line]")) {
    chip.setAttribute("aria-pressed", String(chip.dataset.line === chosen.line));
  }
  for (const [select, value] of [[category, chosen.category], [kind, chosen.kind]]) {
    select.value = value;
    select.classList.toggle("is-set", value !== "");
  }
  document.getElementById("clear-filters").hidden = !hasFilters();
}

function change(part) {
  chosen = { ...chosen, ...part };
  try {
    localStorage.setItem(STORE, JSON.stringify(chosen));
  } catch {
    // They hold until the page is left.
  }
  show();
  onChange();
}

/** A kind's name in the language of the page. */
export const kindName = (value) => [...kind.options].find((option) => option.value === value)?.textContent ?? "";

export const hasFilters = () => Object.values(chosen).some(Boolean);

/** Only the filters that are on, by the names the search knows. */
export const chosenFilters = () => Object.fromEntries(Object.entries(chosen).filter(([, value]) => value));

export const clearFilters = () => change({ line: "", category: "", kind: "" });

export function startFilters(listener) {
  restore();
  show();
  onChange = listener;
  bar.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-line]");
    if (chip) change({ line: chip.dataset.line });
  });
  category.addEventListener("change", () => change({ category: category.value }));
  kind.addEventListener("change", () => change({ kind: kind.value }));
}
