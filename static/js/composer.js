// The composer: toolbar, keys, list continuation, counter, growing text area. Preview, completion, pictures and
// drafts are modules of their own; they hear `composer:changed`, which bubbles from the text area after each change.
import { composes } from "./dom.js";
import { code, link, nextItem, prefixLines, spoiler, table, wrap } from "./markdown.js";
import { Preview } from "./preview.js";
import { word } from "./words.js";

const NEAR = 0.9;

/** Writes a changed state into the text area in one step that the browser's own undo takes back. */
export function apply(area, next) {
  let from = 0;
  const old = area.value;
  while (from < old.length && from < next.text.length && old[from] === next.text[from]) from += 1;
  let tail = 0;
  const most = Math.min(old.length, next.text.length) - from;
  while (tail < most && old[old.length - 1 - tail] === next.text[next.text.length - 1 - tail]) tail += 1;
  const inserted = next.text.slice(from, next.text.length - tail);
  area.focus({ preventScroll: true });
  area.setSelectionRange(from, old.length - tail);
  // Deprecated, and still the only way that keeps undo.
  const done = document.execCommand(inserted ? "insertText" : "delete", false, inserted);
  if (!done) {
    area.setRangeText(inserted, from, old.length - tail);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(next.start, next.end);
}

/** What stands in a text area and what of it is chosen. */
export function stateOf(area) {
  return { text: area.value, start: area.selectionStart, end: area.selectionEnd };
}

const TOOLS = {
  bold: (state) => wrap(state, "**", word("bold")),
  italic: (state) => wrap(state, "*", word("italic")),
  link: (state) => link(state, word("link")),
  list: (state) => prefixLines(state, "- ", word("item")),
  quote: (state) => prefixLines(state, "> ", word("quote")),
  code: (state) => code(state, word("code")),
  spoiler: (state) => spoiler(state, word("spoiler")),
  table: (state) => table(state, word("column")),
};
// By the place of the key, so that they are the same on every layout that has Ctrl B where B is.
const KEYS = { KeyB: "bold", KeyI: "italic", KeyK: "link", KeyE: "code" };
const SHIFTED = { Digit8: "list", Digit9: "quote", KeyH: "spoiler" };

function commands(event) {
  return (event.ctrlKey || event.metaKey) && !event.altKey;
}

class Composer {
  constructor(box) {
    this.box = box;
    this.area = box.querySelector("textarea");
    this.form = this.area.form;
    this.initial = this.area.value;
    this.preview = new Preview(box, this.area);
    this.area.addEventListener("keydown", (event) => this.onKey(event));
    // Over a preview, too, and on the toolbar: the words may be out of sight.
    box.addEventListener("keydown", (event) => event.target !== this.area && this.onCommand(event));
    this.area.addEventListener("input", () => this.onInput());
    this.area.addEventListener("paste", (event) => this.onPaste(event));
    box.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-tool]")?.dataset.tool;
      if (tool === "preview") this.preview.toggle();
      else if (tool) this.use(tool);
    });
    this.form?.addEventListener("submit", () => {
      this.sent = true;
    });
    const bar = box.querySelector("[role='toolbar']");
    if (bar) startToolbar(bar);
    this.grow();
    this.count();
  }

  /** Words that nobody keeps: leaving would lose them. */
  get dirty() {
    return !this.sent && this.area.value !== this.initial && !this.form?.hasAttribute("data-kept");
  }

  use(tool) {
    if (tool in TOOLS) apply(this.area, TOOLS[tool](stateOf(this.area)));
  }

  /** What works wherever one stands in the composer: send, and preview. */
  onCommand(event) {
    if (composes(event) || event.defaultPrevented || !commands(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.form?.requestSubmit(this.form.querySelector(".btn-primary") ?? undefined);
    } else if (event.shiftKey && event.code === "KeyP" && this.preview.pane) {
      event.preventDefault();
      this.preview.toggle();
    }
  }

  onKey(event) {
    this.onCommand(event);
    if (composes(event) || event.defaultPrevented) return;
    const command = commands(event);
    if (command && (event.shiftKey ? SHIFTED : KEYS)[event.code]) {
      event.preventDefault();
      event.stopPropagation();
      this.use((event.shiftKey ? SHIFTED : KEYS)[event.code]);
    } else if (event.key === "Enter" && !event.shiftKey && !command) {
      const next = nextItem(stateOf(this.area));
      if (next) {
        event.preventDefault();
        apply(this.area, next);
      }
    }
  }

  onPaste(event) {
    const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
    const { start, end } = stateOf(this.area);
    if (start !== end && /^https?:\/\/\S+$/i.test(pasted)) {
      event.preventDefault();
      apply(this.area, link(stateOf(this.area), "", pasted));
    }
  }

  onInput() {
    this.form?.removeAttribute("data-kept");
    this.grow();
    this.count();
    this.area.dispatchEvent(new CustomEvent("composer:changed", { bubbles: true }));
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.area.style.blockSize = "auto";
    this.area.style.blockSize = `${Math.min(this.area.scrollHeight + 2, window.innerHeight * 0.6)}px`;
  }

  count() {
    const place = this.box.querySelector("[data-counter]");
    const limit = this.area.maxLength;
    if (!place || limit < 1) return;
    const near = this.area.value.length >= limit * NEAR;
    place.hidden = !near;
    place.toggleAttribute("data-near", this.area.value.length >= limit);
    place.textContent = near ? word("count", { n: this.area.value.length, max: limit }) : "";
  }
}

/** One stop for Tab; the arrows walk inside (the toolbar pattern). */
function startToolbar(bar) {
  const buttons = () => [...bar.querySelectorAll("button")].filter((button) => button.offsetParent !== null);
  const settle = (chosen) => {
    for (const button of bar.querySelectorAll("button")) button.tabIndex = button === chosen ? 0 : -1;
  };
  settle(bar.querySelector("button"));
  bar.addEventListener("focusin", (event) => settle(event.target.closest("button")));
  bar.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const to = {
      [forward]: (at + 1) % all.length,
      [back]: (at + all.length - 1) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    all[to].focus();
  });
}

/** Counters of single fields: data-limit on the input, or maxlength on a text area with data-count. */
function startCounters() {
  for (const input of document.querySelectorAll("input[data-limit], textarea.title-input[maxlength]")) {
    const limit = Number(input.dataset.limit ?? input.maxLength);
    const place = input.closest(".field")?.querySelector("[data-counter]");
    if (!place || !limit) continue;
    const show = () => {
      const length = [...input.value].length;
      place.textContent = word("count", { n: length, max: limit });
      place.toggleAttribute("data-near", length > limit);
      place.hidden = length < limit / 2;
    };
    input.addEventListener("input", show);
    show();
  }
}

export function startComposers() {
  const composers = [...document.querySelectorAll("[data-composer]:not(textarea)")].map(
    (box) => new Composer(box),
  );
  startCounters();
  window.addEventListener("beforeunload", (event) => {
    if (composers.some((composer) => composer.dirty && composer.form?.matches("[data-guard]"))) {
      event.preventDefault();
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const composer of composers) composer.sent = false;
  });
}
