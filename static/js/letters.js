// A conversation that stays open: what is written, and what is taken out, appears at once, by the same markup. It is
// read only while somebody looks at it. Where sockets are blocked it asks by and by.
import { Line } from "./line.js";
import { Presence } from "./presence.js";
import { Asking, PATIENCE } from "./steps.js";
import { localise } from "./time.js";

const EVERY = 8000;
const TYPING_EVERY = 4000;

class Letters {
  constructor(list) {
    this.list = list;
    this.address = list.dataset.letters;
    this.topic = list.dataset.topic;
    this.last = this.known = Number(list.dataset.last);
    this.sequence = Number(list.dataset.sequence);
    this.form = list.parentElement.querySelector("form[data-draft]");
    this.asking = new Asking({ ask: () => this.fetch(), spread: 0 }); // few read the same
    document.addEventListener("visibilitychange", () => this.ask());
    if (this.topic) this.listen();
    else this.timer = setInterval(() => this.ask(), EVERY);
  }

  listen() {
    this.presence = new Presence(document.querySelector("[data-letters-presence]"));
    this.line = new Line({
      topics: { [this.topic]: () => this.sequence },
      onFrame: (frame) => this.hear(frame),
      onState: () => this.presence.show({ count: 0 }),
      poll: () => this.ask(),
    });
    let beat = 0;
    this.form?.querySelector("textarea")?.addEventListener("input", () => {
      if (Date.now() - beat < TYPING_EVERY) return;
      beat = Date.now();
      this.line.say({ do: "typing", t: this.topic });
    });
  }

  hear(frame) {
    if (frame.t !== this.topic) return;
    if (frame.k === "presence") {
      this.presence.show(frame);
      return;
    }
    if (frame.k !== "letters" || frame.s <= this.sequence) return;
    this.sequence = frame.s;
    this.known = frame.n;
    this.presence.show({ count: 0 });
    const gone = frame.gone.filter((number) => this.row(number)?.matches(":not([data-gone])"));
    this.from = Math.min(this.from ?? this.last, this.last, ...gone.map((number) => number - 1));
    this.ask();
  }

  row(number) {
    return document.getElementById(`message-${number}`);
  }

  /** Not behind my back: asking counts as reading. */
  ask() {
    if (!document.hidden && !this.isOver) this.asking.want();
  }

  /** Fetch what came since, with my own rights; true when nothing more is missing. Failures are for `asking`. */
  async fetch() {
    while (!document.hidden) {
      const from = this.from ?? this.last;
      this.from = undefined;
      try {
        const answer = await fetch(`${this.address}?after=${from}`, {
          signal: AbortSignal.timeout(PATIENCE),
        });
        if (answer.status === 404) {
          this.isOver = true;
          clearInterval(this.timer);
          return true;
        }
        if (!answer.ok) throw new Error(`${answer.status}`);
        if (answer.status === 200) this.take(await answer.text());
      } catch (failure) {
        this.from = Math.min(this.from ?? from, from);
        throw failure;
      }
      // Once more if something was heard meanwhile, or there was more than one answer holds.
      if (this.from === undefined && (this.last >= this.known || from >= this.last)) break;
    }
    return true;
  }

  take(html) {
    const box = document.createElement("template");
    // Drawn by our own server, from words it cleaned: the same that a fresh page would show.
    box.innerHTML = html;
    localise(box.content, true);
    const place = this.form?.getBoundingClientRect();
    const writes = place && place.top < window.innerHeight && place.bottom > 0;
    for (const fresh of box.content.querySelectorAll("[data-number]")) {
      const shown = document.getElementById(fresh.id);
      if (!shown) this.list.append(fresh);
      else if (shown.matches("[data-gone]") !== fresh.matches("[data-gone]")) shown.replaceWith(fresh);
      this.last = Math.max(this.last, Number(fresh.dataset.number));
    }
    // Whoever stands at the box to write stays there.
    if (writes)
      window.scrollBy({ top: this.form.getBoundingClientRect().top - place.top, behavior: "instant" });
  }
}

export function startLetters() {
  const list = document.querySelector("[data-letters]");
  if (list) new Letters(list);
}
