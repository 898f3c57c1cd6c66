// A form of filters is sent when a choice changes; words wait for Enter. Without scripts its button does it.
for (const form of document.querySelectorAll("form[data-send-on-change]")) {
  form.addEventListener("change", (event) => {
    if (event.target.type === "search") return;
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
    form.requestSubmit();
    for (const field of form.elements) field.disabled = false;
  });
}
