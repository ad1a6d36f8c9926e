// Reply and Quote links lead to a page of their own; where the reply box stands on this page they fill it instead.
import { apply } from "./composer.js";
import { quotation } from "./markdown.js";

/** The words chosen inside one post, or "". */
function chosenIn(post) {
  const selection = document.getSelection();
  const words = selection?.toString().trim() ?? "";
  return words && post?.querySelector(".prose")?.contains(selection.anchorNode) ? words : "";
}

async function serverQuote(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("textarea[name='body']")?.value ?? "";
}

export function startReplies() {
  const dock = document.querySelector("form#reply.dock");
  const area = dock?.querySelector("textarea");
  if (!area) return;
  document.addEventListener("click", async (event) => {
    const anchor = event.target.closest?.('a[href*="/reply/?"]');
    if (!anchor || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const wanted = new URL(anchor.href).searchParams;
    const target = wanted.get("quote") ?? wanted.get("to");
    if (!target) return;
    event.preventDefault();
    const post = document.getElementById(`post-${target}`);
    const replyTo = dock.elements.reply_to;
    if (replyTo) replyTo.value = target;
    if (wanted.has("quote")) {
      try {
        const name = post?.querySelector(".who a")?.textContent ?? "";
        const words = chosenIn(post);
        const made = words ? quotation(target, name, words) : await serverQuote(anchor.href);
        const quote = `${made.trimEnd()}\n\n`;
        const held = area.value.trimEnd();
        const text = held ? `${held}\n\n${quote}` : quote;
        apply(area, { text, start: text.length, end: text.length });
      } catch {
        location.href = anchor.href;
        return;
      }
    }
    area.focus();
    dock.scrollIntoView({ block: "nearest" });
  });
}
