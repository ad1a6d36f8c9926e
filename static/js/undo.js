// The seconds in which one's own post can be taken back: counted down, then gone. The server has the last word.

const STEP = 250;

class Undo {
  constructor(form) {
    this.form = form;
    this.number = form.querySelector("[data-undo-left]");
    this.road = form.querySelector(".undo-road > span");
    // A page out of the browser's cache goes on by the clock, not from where it stood.
    const seconds = Number(form.dataset.undo);
    const opened =
      performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
    this.end = opened + seconds * 1000;
    form.toggleAttribute("data-counting", true);
    this.number.hidden = false;
    this.road.style.animationDelay = `${(seconds - 10) * 1000}ms`;
    this.timer = setInterval(() => this.tick(), STEP);
    this.tick();
  }

  tick() {
    if (this.form.dataset.sent) return;
    const left = Math.ceil((this.end - Date.now()) / 1000);
    if (left > 0) this.number.textContent = left;
    else this.over();
  }

  over() {
    clearInterval(this.timer);
    const had = this.form.contains(document.activeElement);
    const post = this.form.previousElementSibling;
    this.form.remove();
    if (!had || !post) return;
    post.tabIndex = -1;
    post.focus({ preventScroll: true });
  }
}

export function startUndo() {
  for (const form of document.querySelectorAll("[data-undo]")) new Undo(form);
}
