// Enhancements of the author's forms. All pages work without this script.

/** Show buttons of password fields. */
for (const button of document.querySelectorAll("button[data-show]")) {
  const field = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    button.setAttribute("aria-pressed", String(show));
    button.textContent = show ? "Hide" : "Show";
    field.focus();
  });
}

/** Copy buttons. Without TLS, browsers provide no clipboard; then the text is selected. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(source);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected: press Ctrl+C";
    }
  });
}

/** Buttons for selected rows are disabled while no row is selected. */
for (const button of document.querySelectorAll("button[data-needs-choice]")) {
  const update = () => {
    button.disabled = button.form.querySelectorAll("input[type=checkbox]:checked").length === 0;
  };
  button.form.addEventListener("change", update);
  addEventListener("pageshow", update);
  update();
}

/** Setup suggests the browser's time zone if the server supports it, unless the author has edited the field. */
const zone = document.querySelector("input[data-browser-zone='']");
if (zone && zone.value === zone.defaultValue) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.list.options].some((option) => option.value === here)) {
    zone.value = here;
  }
}

/** Prevents a second submission of a form. */
for (const form of document.querySelectorAll("form[method=post]:not(.composer)")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
    }
    sent = true;
  });
  addEventListener("pageshow", () => (sent = false));
}
