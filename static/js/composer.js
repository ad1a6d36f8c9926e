// The composer: toolbar, keys, list continuation, preview, counter, growing text area and drafts.
import { drafts } from "./drafts.js";
import { code, link, nextItem, prefixLines, wrap } from "./markdown.js";
import { word } from "./words.js";

const NEAR = 0.9;

function storage() {
  try {
    return window.localStorage;
  } catch {
    return {};
  }
}

/** Writes a changed state into the text area in one step that the browser's own undo takes back. */
export function apply(area, next) {
  let from = 0;
  const old = area.value;
  while (from < old.length && from < next.text.length && old[from] === next.text[from]) from += 1;
  let tail = 0;
  const most = Math.min(old.length, next.text.length) - from;
  while (tail < most && old[old.length - 1 - tail] === next.text[next.text.length - 1 - tail]) tail += 1;
  const inserted = next.text.slice(from, next.text.length - tail);
  area.focus();
  area.setSelectionRange(from, old.length - tail);
  // Deprecated, and still the only way that keeps undo.
  const done = document.execCommand(inserted ? "insertText" : "delete", false, inserted);
  if (!done) {
    area.setRangeText(inserted, from, old.length - tail);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(next.start, next.end);
}

const TOOLS = {
  bold: (state) => wrap(state, "**", word("bold")),
  italic: (state) => wrap(state, "*", word("italic")),
  link: (state) => link(state, word("link")),
  list: (state) => prefixLines(state, "- ", word("item")),
  quote: (state) => prefixLines(state, "> ", word("quote")),
  code: (state) => code(state, word("code")),
};
const KEYS = { b: "bold", i: "italic", k: "link" };

class Composer {
  constructor(box) {
    this.box = box;
    this.area = box.querySelector("textarea");
    this.form = this.area.form;
    this.drafts = drafts(storage());
    this.key = box.dataset.draft ?? "";
    this.initial = this.area.value;
    this.safe = true;
    this.area.addEventListener("keydown", (event) => this.onKey(event));
    this.area.addEventListener("input", () => this.onInput());
    this.area.addEventListener("paste", (event) => this.onPaste(event));
    box.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-tool]")?.dataset.tool;
      if (tool === "preview") this.togglePreview();
      else if (tool) this.use(tool);
    });
    this.form?.addEventListener("submit", () => {
      this.sent = true;
      if (this.key) this.drafts.sending(this.key);
    });
    this.restore();
    this.grow();
    this.count();
  }

  get state() {
    return { text: this.area.value, start: this.area.selectionStart, end: this.area.selectionEnd };
  }

  get dirty() {
    return !this.sent && this.area.value !== this.initial && !this.safe;
  }

  use(tool) {
    if (tool in TOOLS) apply(this.area, TOOLS[tool](this.state));
  }

  onKey(event) {
    if (event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") {
      event.preventDefault();
      this.form?.requestSubmit(this.form.querySelector(".btn-primary") ?? undefined);
    } else if (command && !event.altKey && !event.shiftKey && event.key.toLowerCase() in KEYS) {
      event.preventDefault();
      event.stopPropagation();
      this.use(KEYS[event.key.toLowerCase()]);
    } else if (event.key === "Enter" && !event.shiftKey && !command) {
      const next = nextItem(this.state);
      if (next) {
        event.preventDefault();
        apply(this.area, next);
      }
    }
  }

  onPaste(event) {
    const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
    const { start, end } = this.state;
    if (start !== end && /^https?:\/\/\S+$/i.test(pasted)) {
      event.preventDefault();
      apply(this.area, link(this.state, "", pasted));
    }
  }

  onInput() {
    this.grow();
    this.count();
    if (!this.key) {
      this.safe = false;
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 400);
  }

  save() {
    if (this.sent) return;
    this.safe = this.drafts.save(this.key, this.area.value);
    this.say(this.safe && this.area.value.trim() ? word("draft") : "");
  }

  restore() {
    if (!this.key) return;
    const draft = this.drafts.read(this.key);
    if (draft && !this.area.value.trim()) {
      this.area.value = draft.text;
      this.say(word("restored"));
    }
  }

  say(text) {
    const place = this.box.querySelector("[data-draft-state]");
    if (!place) return;
    place.lastElementChild.textContent = text;
    place.hidden = !text;
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
    place.textContent = near ? word("count", { n: this.area.value.length, max: limit }) : "";
  }

  async togglePreview() {
    const pane = this.box.querySelector("[data-preview-pane]");
    const button = this.box.querySelector("[data-tool='preview']");
    if (!pane) return;
    if (!pane.hidden) {
      this.showPreview(pane, button, false);
      this.area.focus();
      return;
    }
    this.showPreview(pane, button, true);
    pane.replaceChildren();
    pane.setAttribute("aria-busy", "true");
    try {
      const body = new FormData(this.form);
      body.set("body", this.area.value);
      const answer = await fetch(this.box.dataset.preview, { method: "POST", body });
      if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
      // The fragment comes from our own renderer, cleaned by the server's list of what may pass.
      pane.innerHTML = await answer.text();
    } catch {
      pane.textContent = word("noPreview");
    } finally {
      pane.removeAttribute("aria-busy");
    }
  }

  showPreview(pane, button, on) {
    pane.hidden = !on;
    this.box.toggleAttribute("data-previewing", on);
    button.setAttribute("aria-pressed", String(on));
  }
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
  const posts = [...document.querySelectorAll(".post .prose")].map((words) => words.textContent).join("\n");
  if (posts) drafts(storage()).arrived(posts);
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
