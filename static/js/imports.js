// Files can be dropped on their field; one that is too large is told of before it travels.
const form = document.querySelector("form[data-largest]");
const field = form.querySelector("input[type=file]");
const place = form.querySelector(".drop-place");
const tooLarge = form.querySelector("[data-too-large]");

function look() {
  const isTooLarge = field.files.length > 0 && field.files[0].size > Number(form.dataset.largest);
  tooLarge.hidden = !isTooLarge;
  field.setCustomValidity(isTooLarge ? tooLarge.textContent : "");
}

place.addEventListener("dragover", (event) => {
  event.preventDefault();
  place.classList.add("is-over");
});
place.addEventListener("dragleave", () => place.classList.remove("is-over"));
place.addEventListener("drop", (event) => {
  event.preventDefault();
  place.classList.remove("is-over");
  if (event.dataTransfer.files.length) {
    field.files = event.dataTransfer.files;
    look();
  }
});
field.addEventListener("change", look);
look();
