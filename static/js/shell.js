// What every page has: the menu, the choice of appearance, the way to the desk, the number of inquiries.
import { startInquiryNews } from "./inquiry_news.js";

const buttons = () => document.querySelectorAll("[data-theme-choice]");

function showTheme() {
  for (const button of buttons()) {
    const isChosen = button.dataset.themeChoice === document.documentElement.dataset.themeChoice;
    button.setAttribute("aria-pressed", String(isChosen));
  }
}

function chooseTheme(choice) {
  try {
    localStorage.setItem("wenqu.theme", choice);
  } catch {
    document.documentElement.dataset.themeChoice = choice;
  }
  dispatchEvent(new Event("wenqu:theme"));
  showTheme();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) chooseTheme(choice.dataset.themeChoice);
  closeMenus(event.target.closest("details.menu"));
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const menu = event.target.closest?.("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  const isSearchKey = event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (isSearchKey && !document.body.matches(".desk") && document.querySelector("[data-log-out]")) {
    event.preventDefault();
    location.assign(document.querySelector(".brand").href);
  }
});

showTheme();
if (document.querySelector("[data-log-out]") && !document.body.matches(".desk")) startInquiryNews();
