// What happened must not be missed: whatever has to be fetched is asked for until it is there, ever more rarely while
// that fails, and soon again when more happens, when the network is back, and when somebody looks.
import { pause } from "./line.js";

export const TIRED = 6; // failures in a row until the reader is told: half a minute, more or less
const SPREAD = 300; // milliseconds in which the readers of a thread ask for the same step
export const PATIENCE = 15_000; // milliseconds until a request without an answer has failed

/** One question, asked until it is answered, never twice at a time. */
export class Asking {
  /**
   * `ask` fetches and shows; true when nothing more is missing. `spread`: milliseconds in which many pages ask for the
   * same. `onTired`: it has failed for long; `onRested`: and is answered after all.
   */
  constructor({ ask, spread, onTired = () => {}, onRested = () => {} }) {
    Object.assign(this, { ask, spread, onTired, onRested });
    this.tries = 0;
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  get isBusy() {
    return this.isAsking || Boolean(this.timer);
  }

  get isTired() {
    return this.tries >= TIRED;
  }

  want() {
    if (!this.isAsking && !this.isSoon) this.soon();
  }

  /** Do not wait out the pause after a failure. */
  hurry() {
    if (this.timer && !this.isSoon) this.soon();
  }

  /** Something came: the next failure is a first one. */
  rest() {
    const wasTired = this.isTired;
    this.tries = 0;
    if (wasTired) this.onRested();
  }

  soon() {
    this.wait(Math.random() * this.spread);
    this.isSoon = true;
  }

  wait(milliseconds) {
    clearTimeout(this.timer);
    this.isSoon = false;
    this.timer = setTimeout(() => this.run(), milliseconds);
  }

  async run() {
    this.timer = null;
    this.isSoon = false;
    this.isAsking = true;
    let isDone = false;
    try {
      isDone = await this.ask();
    } catch {
      // No answer, or none that can be shown: asked again below.
    }
    this.isAsking = false;
    if (isDone) {
      this.rest();
      return;
    }
    this.wait(pause(this.tries));
    this.tries += 1;
    if (this.tries === TIRED) this.onTired();
  }
}

/** What happened to a thread, each step once and in its turn. `at`: the last one that the page shows. */
export class Steps {
  /**
   * `address`: where steps are fetched with the reader's own rights. `apply` shows one. `isBare`: whether a frame lacks
   * the words this reader would see. `isOver`: nobody may hear any more.
   */
  constructor({ at, address, apply, isBare, onReload, isOver = () => false, ...moods }) {
    Object.assign(this, { at, address, apply, isBare, onReload, isOver });
    this.wanted = at;
    this.asking = new Asking({ ask: () => this.fetch(), spread: SPREAD, ...moods });
  }

  hear(frame) {
    if (frame.s <= this.at) return;
    this.wanted = Math.max(this.wanted, frame.s);
    // Behind a step that is still to be fetched, every other waits: it comes with it.
    if (this.asking.isBusy || this.isBare(frame)) this.asking.want();
    else this.take(frame);
  }

  /** Ask whether anything happened. */
  look() {
    this.asking.want();
  }

  take(frame) {
    if (frame.s <= this.at) return;
    this.apply(frame);
    this.at = frame.s;
  }

  async fetch() {
    if (this.isOver()) return true;
    const before = this.at;
    const answer = await fetch(`${this.address}?after=${before}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) return false;
    const told = await answer.json();
    for (const frame of told.frames) this.take(frame);
    if (told.reload) {
      this.onReload();
      this.wanted = told.s; // a restored database may stand before what was heard
    }
    this.at = Math.max(this.at, told.s);
    if (this.at > before) this.asking.rest();
    return this.at >= this.wanted;
  }
}
