// A form goes once. The button keeps its words and its width and only says that it is busy.

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // What Enter presses is out of sight: the one that it stands for says so.
    const isDefault = event.submitter?.hasAttribute("data-default");
    (isDefault ? form.querySelector(".btn-primary") : event.submitter)?.setAttribute("aria-busy", "true");
  });
  // Back from the next page out of the browser's cache: the form may go again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
    }
  });
}
