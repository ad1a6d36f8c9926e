// [data-confirm="sentence"] on a submit button asks once, in the browser's own dialog, before the form goes.

export function startConfirms() {
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  });
}
