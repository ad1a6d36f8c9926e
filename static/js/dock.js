// The reply box opens where one can go on reading: beside the thread where there is room, at the foot of the window on
// a middling screen, over everything on a phone. Closing keeps every word.
import { composes } from "./dom.js";

const ROOM = 352; // pixels beside the thread that are worth writing in
const PHONE = "(max-width: 40rem)";

/** Where a box of this thread opens: "beside" with its left edge, "below" or "full". */
export function placeFor({ isPhone, columnEnd, windowWidth }) {
  if (isPhone) return { place: "full" };
  const left = Math.round(columnEnd + 24);
  return windowWidth - left >= ROOM ? { place: "beside", left } : { place: "below" };
}

/** Close a box that covers the whole page: what lies behind it is to be seen. Its words stay in it. */
export function uncover(form) {
  if (form?.dataset.open === "full") form.querySelector("[data-dock-close]").click();
}

class Dock {
  constructor(form) {
    this.form = form;
    this.area = form.querySelector("textarea");
    this.closer = form.querySelector("[data-dock-close]");
    this.silenced = [];
    this.area.addEventListener("focus", () => this.open());
    this.area.addEventListener("input", () => this.open());
    this.closer.addEventListener("click", () => this.close());
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || composes(event) || event.defaultPrevented || !this.isOpen) return;
      event.preventDefault();
      this.close();
    });
    window.addEventListener("resize", () => this.isOpen && this.settle());
    window.visualViewport?.addEventListener("resize", () => this.fit());
    window.visualViewport?.addEventListener("scroll", () => this.fit());
  }

  get isOpen() {
    return this.form.hasAttribute("data-open");
  }

  open() {
    if (!this.isOpen) this.settle();
  }

  settle() {
    const column = this.form.parentElement.getBoundingClientRect();
    const { place, left } = placeFor({
      isPhone: window.matchMedia(PHONE).matches,
      columnEnd: column.right,
      windowWidth: document.documentElement.clientWidth,
    });
    this.form.dataset.open = place;
    this.form.style.setProperty("--dock-left", `${left ?? 0}px`);
    document.documentElement.toggleAttribute("data-writing", place === "full");
    this.silence(place === "full");
    this.fit();
  }

  close() {
    const wasFull = this.form.dataset.open === "full";
    delete this.form.dataset.open;
    document.documentElement.removeAttribute("data-writing");
    this.silence(false);
    if (wasFull) this.area.blur();
    else this.area.focus({ preventScroll: true });
    // The focus came back to the closed box by itself: that is no wish to open it.
    delete this.form.dataset.open;
  }

  /** While the box covers the page, nothing behind it can be reached. */
  silence(on) {
    for (const node of this.silenced) node.inert = false;
    this.silenced = [];
    if (!on) return;
    for (let node = this.form; node !== document.body; node = node.parentElement) {
      for (const other of node.parentElement.children) {
        if (other === node || other.inert || other.matches("script, [data-toasts], [data-live-said]"))
          continue;
        other.inert = true;
        this.silenced.push(other);
      }
    }
  }

  /** Above the keyboard of a phone, which covers the page without making it smaller. */
  fit() {
    const view = window.visualViewport;
    if (!view || this.form.dataset.open !== "full") return;
    this.form.style.setProperty("--view-top", `${view.offsetTop}px`);
    this.form.style.setProperty("--view-height", `${view.height}px`);
  }
}

export function startDock() {
  const form = document.querySelector("form.dock[data-dock]");
  if (form) new Dock(form);
}
