// One socket for a page, with the patience of a traveller: it comes back by itself, spread out so that a thousand
// pages do not come at once, tells how far it has heard, and falls back to asking by HTTP where sockets are blocked.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const HIDDEN_FOR = 60_000;
const POLL_EVERY = 15_000;
const TRIES_BEFORE_POLLING = 3;
const OVER = new Set([4400, 4401, 4403]);

/** How long to wait before the `tries`th new attempt, in milliseconds; `chance` from 0 to 1 spreads it by half. */
export function pause(tries, chance = Math.random()) {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 10)) * (0.5 + chance);
}

export class Line {
  /**
   * `topics`: name → function that tells the last step heard. `poll`: asks by HTTP; may be absent. `every` and `after`:
   * for pages where fifteen seconds, and three tries before the first of them, are too long.
   */
  constructor({
    topics,
    onFrame,
    onState = () => {},
    poll = null,
    every = POLL_EVERY,
    after = TRIES_BEFORE_POLLING,
  }) {
    Object.assign(this, { topics, onFrame, onState, poll, every, after });
    Line.isThere = true;
    this.tries = 0;
    this.isOver = false;
    this.connect();
    window.addEventListener("online", () => this.now());
    window.addEventListener("pagehide", () => this.hangUp());
    window.addEventListener("pageshow", (event) => event.persisted && this.now());
    document.addEventListener("visibilitychange", () => this.onVisibility());
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    if (this.isOver || this.socket) return;
    clearTimeout(this.timer);
    let socket;
    try {
      socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/`);
    } catch {
      this.retry();
      return;
    }
    this.socket = socket;
    socket.addEventListener("open", () => {
      const l = document.documentElement.lang;
      for (const [t, heard] of Object.entries(this.topics)) this.say({ do: "join", t, s: heard(), l });
      if (!Object.keys(this.topics).length) this.isHeard();
      document.dispatchEvent(new CustomEvent("line:open", { detail: this }));
    });
    socket.addEventListener("message", (event) => {
      const frame = JSON.parse(event.data);
      if (frame.k === "joined") {
        this.isHeard();
        this.onState("live", frame);
      } else if (frame.k === "notices") {
        document.dispatchEvent(new CustomEvent("line:notices", { detail: frame.n }));
      } else if (frame.k === "tally") {
        document.dispatchEvent(new CustomEvent("line:tally", { detail: frame }));
      } else {
        document.dispatchEvent(new CustomEvent("line:frame", { detail: frame }));
        this.onFrame(frame);
      }
    });
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (OVER.has(event.code)) {
        this.isOver = true;
        this.onState(event.code === 4401 ? "signed out" : "refused");
      } else if (!this.resting) this.retry();
    });
  }

  isHeard() {
    this.tries = 0;
    this.stopPolling();
  }

  retry() {
    this.tries += 1;
    this.onState("away");
    if (this.tries >= this.after) this.startPolling();
    this.timer = setTimeout(() => this.connect(), pause(this.tries));
  }

  now() {
    this.resting = false;
    if (!this.socket) {
      clearTimeout(this.timer);
      this.connect();
    }
  }

  hangUp() {
    this.resting = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket?.readyState === WebSocket.OPEN) socket.close(1000);
    // One that is only just opening would complain in the console.
    else socket?.addEventListener("open", () => socket.close(1000));
  }

  say(wish) {
    if (this.isOpen) this.socket.send(JSON.stringify(wish));
  }

  onVisibility() {
    clearTimeout(this.sleep);
    if (document.hidden) this.sleep = setTimeout(() => this.hangUp(), HIDDEN_FOR);
    else this.now();
  }

  startPolling() {
    if (this.polling) return;
    const ask = () => {
      // Spread out, so that pages that lost their sockets together do not ask together for ever.
      this.polling = setTimeout(ask, this.every * (0.75 + Math.random() / 2));
      if (document.hidden || this.isOver) return;
      this.poll?.();
      document.dispatchEvent(new CustomEvent("line:poll"));
    };
    ask();
  }

  stopPolling() {
    clearTimeout(this.polling);
    this.polling = null;
  }
}
