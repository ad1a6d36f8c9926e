// A hosted quiz. The stage, what everybody sees, is drawn by the server and put in with each step; what is one's own
// (picked, won, which place) is worked out here from what the whole room hears, as the server works it out, too.
import { isTyping } from "./dom.js";
import { Line } from "./line.js";
import { placeOf } from "./quiz.js";
import { fill } from "./words.js";

const STEP = 2 ** 20; // versions within one step of the run
const FULL = 1000;
const LEAST = 500;
export const POLL_EVERY = 2500;

/** What a right answer is worth after so many milliseconds. Pure; the same whole numbers as the server's. */
export function pointsOf(took, seconds) {
  const whole = 1000 * seconds;
  return FULL - Math.floor(((FULL - LEAST) * Math.min(took, whole)) / whole);
}

/** Which place so many points are among all scores; who is level shares it. Null while nobody has points. Pure. */
export function placeAmong(mine, scores) {
  if (!scores.some((score) => score > 0)) return null;
  return 1 + scores.filter((score) => score > mine).length;
}

/** Whether two lists name the same places. Pure. */
export function samePlaces(one, other) {
  return [...one].sort().join() === [...other].sort().join();
}

const stepOf = (version) => Math.floor(version / STEP);

/** What the host's screen and the players' pages do alike: hear, count, tell the time. */
export class Hearer {
  constructor(root, topic, version) {
    this.root = root;
    this.topic = topic;
    this.version = version;
    this.words = JSON.parse(root.dataset.words);
    this.isAway = false;
    this.isPaused = false;
  }

  listen(every) {
    this.line = new Line({
      topics: { [this.topic]: () => this.version },
      onFrame: (frame) => this.hear(frame),
      onState: (state) => {
        this.isAway = state !== "live";
        this.showLine();
      },
      poll: () => this.ask(),
      every,
      after: 1,
    });
  }

  hear(frame) {
    if (frame.t !== this.topic || frame.s <= this.version) return;
    const isBehind = !frame.html && stepOf(frame.s) > stepOf(this.version);
    this.count(frame.n);
    if (isBehind) {
      this.ask();
      return;
    }
    this.version = frame.s;
    if (frame.html) {
      this.isPaused = frame.paused;
      this.showLine();
      this.take(frame);
    }
  }

  count([players, answered]) {
    this.players = players;
    for (const cell of this.root.querySelectorAll("[data-run-players]")) cell.textContent = players;
    for (const cell of this.root.querySelectorAll("[data-run-answered]")) cell.textContent = answered;
  }

  /** Count down to nothing; `over` is called then. */
  run(left, over = () => {}) {
    clearTimeout(this.ticking);
    const clock = this.root.querySelector("[data-run-clock]");
    if (!clock) return;
    const end = performance.now() + left;
    const tick = () => {
      const n = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      clock.textContent = n ? fill(this.words.left, { n }) : this.words.up;
      clock.toggleAttribute("data-soon", n <= 5);
      if (n) this.ticking = setTimeout(tick, 200);
      else over();
    };
    tick();
  }

  showLine() {
    const line = this.root.querySelector(this.lineAt);
    if (!line) return;
    line.hidden = !(this.isAway || this.isPaused);
    line.textContent = this.isAway ? this.words.away : this.words.paused;
  }
}

class Room extends Hearer {
  lineAt = "[data-run-line]";

  constructor(root) {
    super(root, root.dataset.run, Number(root.dataset.version));
    const { state, at, seconds, players, own, left } = root.dataset;
    Object.assign(this, { state, at: Number(at), seconds: Number(seconds), players: Number(players) });
    this.mine = JSON.parse(own);
    this.stage = root.querySelector("[data-run-stage]");
    this.form = root.querySelector("[data-run-form]");
    this.isPaused = !root.querySelector(this.lineAt).hidden;
    this.form.addEventListener("submit", (event) => this.send(event));
    document.addEventListener("keydown", (event) => this.press(event));
    this.mark();
    this.run(Number(left));
    if (state !== "ended") this.listen(POLL_EVERY);
  }

  take(frame) {
    Object.assign(this, { state: frame.state, at: frame.at });
    this.root.dataset.state = frame.state;
    if (this.mine) document.querySelector("[data-run-enter]")?.remove(); // names are for the lobby
    const isHere = this.root.contains(document.activeElement) || document.activeElement === document.body;
    const { lang } = document.documentElement;
    // Drawn by our own server, every text in it escaped.
    this.stage.innerHTML = frame.html[lang] ?? Object.values(frame.html)[0];
    this.count(frame.n);
    if (this.mine) this.reckon(frame);
    this.mark();
    this.run(frame.left);
    this.say();
    if (isHere) this.stage.querySelector("[data-run-focus]")?.focus({ preventScroll: true });
  }

  /** My points behind this step: worked out where nothing was missed, else asked for. */
  reckon(frame) {
    const { mine } = this;
    if (mine.answer && mine.answer.at !== frame.at) mine.answer = null;
    if (frame.scores === undefined) return;
    if (frame.scored === mine.scored + 1 && frame.key && frame.at === mine.scored) {
      mine.points += this.gain(frame.key);
      mine.scored = frame.scored;
    }
    if (frame.scored === mine.scored) mine.place = placeAmong(mine.points, frame.scores);
    else this.ask();
  }

  gain(key) {
    const { answer } = this.mine;
    if (!answer) return 0;
    answer.won = samePlaces(answer.picked, key) ? pointsOf(answer.took, this.seconds) : 0;
    return answer.won;
  }

  async ask() {
    try {
      const answer = await fetch(`${this.root.dataset.ask}?after=${this.version}`, {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(answer.status);
      const { frame, mine } = await answer.json();
      if (mine) this.mine = mine;
      if (frame.s > this.version) this.hear({ ...frame, t: this.topic });
      else this.say();
    } catch {
      // The next frame or the next poll asks again.
    }
  }

  async send(event) {
    event.preventDefault();
    const fields = this.form.querySelector("fieldset");
    if (!fields || fields.disabled) return;
    const body = new FormData(this.form, event.submitter);
    fields.disabled = true;
    event.submitter?.setAttribute("data-mine", "");
    let problem = this.words.failed;
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      const told = await answer.json();
      if (answer.ok) {
        if (this.mine) this.mine.answer = told;
        this.mark();
        this.say();
        return;
      }
      problem = told.problem ?? told.error?.reason ?? problem;
    } catch {
      // Said below; the fields are open again.
    }
    event.submitter?.removeAttribute("data-mine");
    if (fields.isConnected) fields.disabled = false;
    this.tell(problem);
  }

  /** Show what I picked, in the question and in its answer. */
  mark() {
    const answer = this.mine?.answer;
    if (!answer || answer.at !== this.at) return;
    for (const row of this.stage.querySelectorAll("[data-place]")) {
      const isMine = answer.picked.includes(Number(row.dataset.place));
      row.toggleAttribute("data-mine", isMine);
      const box = row.querySelector("input");
      if (box) box.checked = isMine;
    }
    const fields = this.stage.querySelector("fieldset");
    if (fields) fields.disabled = true;
  }

  say() {
    if (!this.mine) return;
    const { points, place, answer } = this.mine;
    const values = { points, place, players: this.players };
    const total = fill(place ? this.words.total : this.words.even, values);
    if (this.state === "asking") {
      const rows = [...this.stage.querySelectorAll("[data-place][data-mine] > b")];
      const letters = rows.map((row) => row.textContent).join(", ");
      const seconds = ((answer?.took ?? 0) / 1000).toFixed(1);
      this.tell(answer ? fill(this.words.in, { letters, seconds }) : this.words.pick);
    } else if (this.state === "closed") {
      let how = this.words.none;
      if (answer) how = answer.won ? fill(this.words.right, { gain: answer.won }) : this.words.wrong;
      this.tell(fill(this.words.both, { one: how, two: total }));
    } else if (this.state === "standings") this.tell(total);
    else if (this.state === "ended") this.tell(fill(place ? this.words.end : this.words.end_even, values));
    else this.tell(this.words.lobby);
  }

  tell(text) {
    const panel = this.root.querySelector("[data-run-mine]");
    if (panel) panel.textContent = text;
    this.root.querySelector("[data-run-said]").textContent = text;
  }

  /** A letter goes to its answer; Enter sends it. */
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) && !this.stage.contains(event.target)) return;
    const row = this.stage.querySelectorAll("fieldset:not(:disabled) [data-place]")[placeOf(event.key)];
    if (!row) return;
    event.preventDefault();
    const box = row.querySelector("input");
    if (box) box.checked = !box.checked;
    (box ?? row).focus();
  }
}

export function startRuns() {
  const room = document.querySelector("[data-run]");
  if (room) new Room(room);
}
