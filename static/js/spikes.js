// A spike is said on whatever page a supervisor or information administrator has open, without a reload.
// It stands above the page and takes no focus; opening or putting it away is one click.

const place = document.getElementById("alerts");

function strip(detail) {
  const known = place.querySelector(`[data-spike="${detail.id}"]`);
  if (known) return known;
  const line = document.createElement("p");
  line.className = "alert-strip";
  line.dataset.spike = detail.id;
  const link = document.createElement("a");
  const away = document.createElement("button");
  away.type = "button";
  away.className = "button quiet";
  away.textContent = "×";
  away.setAttribute("aria-label", place.dataset.away);
  away.addEventListener("click", () => line.remove());
  line.append(link, away);
  place.append(line);
  return line;
}

document.addEventListener("push:spike", ({ detail }) => {
  if (detail.state !== "began") {
    place.querySelector(`[data-spike="${detail.id}"]`)?.remove();
    return;
  }
  const link = strip(detail).querySelector("a");
  link.href = detail.address;
  link.textContent = `${place.dataset.title} ${detail.text}`;
});
