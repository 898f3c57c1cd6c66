// Variants that are added and taken away, and related entries found by their question instead of by number.
import { ask, settled } from "./editor_asking.js";

export function startVariants(group) {
  const more = group.querySelector("[data-add-variant]");
  const model = group.querySelector("template").content.firstElementChild;
  const rows = () => group.querySelectorAll("[data-variant]");
  const show = () => {
    more.hidden = rows().length >= Number(group.dataset.most);
    for (const button of group.querySelectorAll("[data-remove-variant]")) button.hidden = false;
  };
  more.addEventListener("click", () => {
    const row = model.cloneNode(true);
    more.before(row);
    row.querySelector("input").focus();
    show();
  });
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-variant]");
    if (!button) return;
    button.closest("[data-variant]").remove();
    more.focus();
    show();
    group.dispatchEvent(new Event("input", { bubbles: true }));
  });
  show();
}

export function startRelated(field, form) {
  const plain = field.querySelector("textarea");
  const chosen = document.createElement("ul");
  const search = document.getElementById("related-search").content.firstElementChild.cloneNode(true);
  const box = search.querySelector("input");
  const found = search.querySelector("[data-found]");
  const lines = () => plain.value.split("\n").filter(Boolean);

  function show() {
    chosen.replaceChildren(
      ...lines().map((line) => {
        const row = document.createElement("li");
        const take = document.createElement("button");
        row.append(line.replace(/^\d+\s*/, "") || line, " ", take);
        take.type = "button";
        take.className = "link-button";
        take.textContent = search.dataset.textRemove;
        take.ariaLabel = `${search.dataset.textRemove} ${line}`;
        take.addEventListener("click", () => set(lines().filter((each) => each !== line)));
        return row;
      }),
    );
  }

  function set(wanted) {
    plain.value = wanted.join("\n");
    show();
    plain.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const look = settled(async (signal) => {
    if (!box.value.trim()) return found.replaceChildren();
    const piece = await ask(`${form.dataset.likeThis}&${new URLSearchParams({ q: box.value })}`, { signal });
    if (piece === null) return undefined;
    const answer = new DOMParser().parseFromString(piece, "text/html");
    const known = new Set(lines().map((line) => line.split(" ", 1)[0]));
    const links = [...answer.querySelectorAll("li > a")];
    found.replaceChildren(
      ...links.map((link) => {
        const number = /(\d+)\/$/.exec(link.getAttribute("href"))[1];
        const add = document.createElement("button");
        add.type = "button";
        add.className = "chip";
        add.textContent = `+ ${link.textContent}`;
        add.disabled = known.has(number);
        add.addEventListener("click", () => {
          set([...lines(), `${number} ${link.textContent}`]);
          box.value = "";
          found.replaceChildren();
          box.focus();
        });
        return add;
      }),
    );
    return undefined;
  }, 300);

  box.addEventListener("input", (event) => {
    event.stopPropagation();
    look();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    found.querySelector("button:not(:disabled)")?.click();
  });
  plain.hidden = true;
  field.querySelector("[data-plain]").hidden = true;
  field.querySelector("label").htmlFor = box.id;
  chosen.className = "related-list";
  plain.after(chosen, search);
  show();
}
