// The words as they will stand: rendered by the server with the hand that renders posts, and kept up while one writes.
import { word } from "./words.js";

const PAUSE = 600;

export class Preview {
  constructor(box, area) {
    this.box = box;
    this.area = area;
    this.address = box.dataset.preview && `${box.dataset.preview}?${box.dataset.place ?? ""}`;
    this.pane = this.address && box.querySelector("[data-preview-pane]");
    this.button = box.querySelector("[data-tool='preview']");
    // Where there is room, the words stay in sight above it.
    this.beside = box.hasAttribute("data-preview-below");
    if (this.pane) area.addEventListener("composer:changed", () => this.soon());
  }

  get isOpen() {
    return Boolean(this.pane) && !this.pane.hidden;
  }

  toggle() {
    if (!this.pane) return;
    const open = !this.isOpen;
    // Where the words go out of sight, the focus does not go with them.
    if (open && !this.beside && document.activeElement === this.area) this.button.focus();
    this.pane.hidden = !open;
    this.box.toggleAttribute("data-previewing", open && !this.beside);
    this.button.setAttribute("aria-pressed", String(open));
    if (open) this.fetch();
    else this.area.focus();
  }

  soon() {
    if (!this.isOpen) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(), PAUSE);
  }

  async fetch() {
    this.asked?.abort();
    const asking = new AbortController();
    this.asked = asking;
    this.pane.setAttribute("aria-busy", "true");
    const target = this.pane.querySelector("[data-preview-words]") ?? this.pane;
    try {
      const body = new FormData();
      body.set("csrfmiddlewaretoken", this.area.form?.elements.csrfmiddlewaretoken?.value ?? "");
      body.set("source", this.area.value);
      const answer = await fetch(this.address, { method: "POST", body, signal: asking.signal });
      if (!answer.ok && answer.status !== 422 && answer.status !== 429) throw new Error(answer.status);
      if (answer.status === 429) target.textContent = word("previewRests");
      // The fragment comes from our own renderer, cleaned by the server's list of what may pass.
      else target.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") target.textContent = word("noPreview");
    } finally {
      if (this.asked === asking) this.pane.removeAttribute("aria-busy");
    }
  }
}
