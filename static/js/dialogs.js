// Opens <dialog id="x"> from any [data-dialog="x"]; a click on the backdrop closes it.

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.target instanceof HTMLDialogElement && event.target.open) {
      event.target.close();
    }
  });
}
