// Reply and Quote links lead to a page of their own; where the reply box stands on this page they fill it instead.
// Chosen words of a post offer to be quoted; any number of quotes gather in one reply.
import { apply } from "./composer.js";
import { element, icon } from "./dom.js";
import { quotation } from "./markdown.js";
import { counted, word } from "./words.js";

const HEAD = /^> \[!quote \d+/gm;

/** The post in which all of the chosen words stand, and the words; null when there are none. */
function chosen() {
  const selection = document.getSelection();
  const words = selection?.toString().trim() ?? "";
  if (!words || !selection.rangeCount) return null;
  const prose = [selection.anchorNode, selection.focusNode].map((node) =>
    (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest(".post .prose"),
  );
  if (!prose[0] || prose[0] !== prose[1]) return null;
  return { post: prose[0].closest(".post"), words, range: selection.getRangeAt(0) };
}

async function serverQuote(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("textarea[name='body']")?.value ?? "";
}

class Replies {
  constructor(dock) {
    this.dock = dock;
    this.area = dock.querySelector("textarea");
    this.offer = element(
      "button",
      { type: "button", class: "quote-offer", popover: "manual" },
      icon("quote"),
    );
    this.offer.append(word("quoteThis"));
    document.body.append(this.offer);
    document.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("selectionchange", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show(), 200);
    });
    document.addEventListener("scroll", () => this.hide(), { passive: true });
    this.offer.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps what is chosen
    this.offer.addEventListener("click", () => {
      const found = chosen();
      this.hide();
      if (found) this.quote(found.post, found.words);
    });
    this.area.addEventListener("composer:changed", () => this.tell());
    this.tell();
  }

  async onClick(event) {
    const anchor = event.target.closest?.('a[href*="/reply/?"]');
    if (!anchor || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const wanted = new URL(anchor.href).searchParams;
    const target = wanted.get("quote") ?? wanted.get("to");
    if (!target) return;
    event.preventDefault();
    const post = document.getElementById(`post-${target}`);
    if (wanted.has("quote")) {
      const found = chosen();
      try {
        if (found?.post === post) this.quote(post, found.words);
        else this.add(target, await serverQuote(anchor.href));
      } catch {
        location.href = anchor.href;
      }
      return;
    }
    this.answer(target);
    // The box sticks to the window: going to it must not move what is being read.
    this.area.focus({ preventScroll: true });
  }

  quote(post, words) {
    const id = post.id.replace("post-", "");
    this.add(id, quotation(id, post.querySelector(".who a")?.textContent ?? "", words));
  }

  /** The reply answers the post that was chosen first, whatever is quoted after it. */
  answer(id) {
    const field = this.dock.elements.reply_to;
    if (field && (!field.value || !this.area.value.trim())) field.value = id;
  }

  add(id, made) {
    this.answer(id);
    const quote = `${made.trimEnd()}\n\n`;
    const held = this.area.value.trimEnd();
    const text = held ? `${held}\n\n${quote}` : quote;
    document.getSelection()?.removeAllRanges();
    apply(this.area, { text, start: text.length, end: text.length });
    this.area.scrollTop = this.area.scrollHeight;
  }

  tell() {
    const place = this.dock.querySelector("[data-quotes]");
    const count = this.area.value.match(HEAD)?.length ?? 0;
    if (place) place.textContent = count > 1 ? counted("quoted", count) : "";
  }

  show() {
    const found = chosen();
    if (!found || this.dock.contains(document.activeElement)) return this.hide();
    if (!this.offer.matches(":popover-open")) this.offer.showPopover();
    const rects = found.range.getClientRects();
    const end = rects[rects.length - 1] ?? found.range.getBoundingClientRect();
    const { width, height } = this.offer.getBoundingClientRect();
    const left = Math.max(8, Math.min(end.right - width / 2, innerWidth - width - 8));
    // Below the words: above them phones put their own menu.
    const top = end.bottom + 8 + height < innerHeight ? end.bottom + 8 : end.top - height - 8;
    this.offer.style.left = `${left}px`;
    this.offer.style.top = `${top}px`;
  }

  hide() {
    if (this.offer.matches(":popover-open")) this.offer.hidePopover();
  }
}

export function startReplies() {
  const dock = document.querySelector("form#reply.dock");
  if (dock?.querySelector("textarea")) new Replies(dock);
}
