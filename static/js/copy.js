// [data-copy="/posts/1/"] puts the whole address on the clipboard; the link still works as a link with a modifier.
import { toast } from "./toast.js";
import { word } from "./words.js";

export function startCopying() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("[data-copy]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(new URL(link.dataset.copy, location.href).href);
      toast(word("copied"));
    } catch {
      if (link.href) location.href = link.href;
    }
  });
}
