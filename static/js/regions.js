// The desk's region or segment of customers: stays until changed, on this browser and for this person.
import { config } from "./texts.js";

const STORE = `wenqu.region.${config.person}`;
const select = document.getElementById("region");

/** The name of the variant that is shown first; empty for everybody's. */
export const chosenRegion = () => select?.value ?? "";

function show() {
  select.classList.toggle("is-set", select.value !== "");
}

export function startRegions(onChange) {
  if (!select) return;
  try {
    const kept = localStorage.getItem(STORE) ?? "";
    if ([...select.options].some((option) => option.value === kept)) select.value = kept;
  } catch {
    // A region that cannot be remembered is everybody's.
  }
  show();
  select.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, select.value);
    } catch {
      // It holds until the page is left.
    }
    show();
    onChange();
  });
}
