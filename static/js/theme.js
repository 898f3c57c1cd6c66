// Runs before the first paint, so that a dark desk never flashes white. No module: a module would wait.
(() => {
  const root = document.documentElement;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return localStorage.getItem("wenqu.theme") || "auto";
    } catch {
      return "auto";
    }
  };

  const apply = () => {
    const choice = chosen();
    root.dataset.themeChoice = choice;
    root.dataset.theme = choice === "auto" ? (prefersDark.matches ? "dark" : "light") : choice;
  };

  apply();
  prefersDark.addEventListener("change", apply);
  addEventListener("storage", (event) => event.key === "wenqu.theme" && apply());
  addEventListener("wenqu:theme", apply);
})();
