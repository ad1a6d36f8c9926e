// A thread page that hears what happens. New replies announce themselves and are put in when asked for, or when the
// reader has reached the end: nothing above the reader's eyes ever moves. What changed in place is changed in place.
import { startBoard } from "./board.js";
import { uncover } from "./dock.js";
import { element, icon } from "./dom.js";
import { Line } from "./line.js";
import { keepPlace, putInstead, swap, takeDock, takeLog, takePosts } from "./patch.js";
import { Presence } from "./presence.js";
import { Asking, PATIENCE, Steps } from "./steps.js";
import { localise } from "./time.js";
import { counted, word } from "./words.js";

const WORDED = new Set(["reply", "edit", "state"]);

class LiveThread {
  constructor(bar) {
    this.bar = bar;
    this.topic = bar.dataset.live;
    this.last = Number(bar.dataset.last);
    this.until = Number(bar.dataset.until);
    this.me = Number(bar.dataset.me);
    this.isMember = Boolean(this.me);
    this.column = bar.parentElement;
    this.dock = document.getElementById("reply");
    this.area = this.dock?.querySelector("textarea");
    this.said = document.querySelector("[data-live-said]");
    this.pending = new Map();
    this.arrived = 0;
    this.presence = new Presence(this.column.querySelector("[data-live-presence]"));
    const moods = { onTired: () => this.onTired(), onRested: () => this.onRested() };
    this.steps = new Steps({
      at: Number(bar.dataset.sequence),
      address: bar.dataset.since,
      apply: (frame) => this.apply(frame),
      isBare: (frame) => this.isBare(frame),
      onReload: () => this.notice(word("liveBehind")),
      isOver: () => this.line.isOver,
      ...moods,
    });
    this.page = new Asking({ ask: () => this.fetchPage(), spread: 1000, ...moods });
    this.line = new Line({
      topics: { [this.topic]: () => this.steps.at },
      onFrame: (frame) => this.hear(frame),
      onState: (state, frame) => this.onState(state, frame),
      poll: () => this.steps.look(),
    });
    this.watchWriting();
    document.addEventListener("scroll", () => this.arrange(), { passive: true });
    document.addEventListener("visibilitychange", () => this.arrange());
  }

  onState(state, joined) {
    // Suspended, muted or no longer in the circle, or back again: the box is as the page would have it now.
    if (joined?.t === this.topic && this.isMember && joined.write !== this.mayWrite) this.refresh();
    const link = this.bar.querySelector("a");
    link.hidden = state === "live";
    if (state === "signed out") this.notice(word("liveSignedOut"));
  }

  // -- hearing

  hear(frame) {
    if (frame.t !== this.topic) return;
    if (frame.k === "presence") this.presence.show(frame);
    else this.steps.hear(frame);
  }

  /** Whether the words I would see must be fetched with my own rights. */
  isBare(frame) {
    return WORDED.has(frame.k) && frame.p && (frame.p.html === undefined || this.isOwn(frame));
  }

  /** One's own posts, and posts that come back, look otherwise for me than for the others. */
  isOwn(frame) {
    if (!this.isMember) return false;
    const isMine = document.getElementById(`post-${frame.p.id}`)?.matches("[data-mine]");
    return isMine || frame.p.a === this.me || (frame.k === "state" && "a" in frame.p);
  }

  apply(frame) {
    const post = frame.p;
    const shown = post && document.getElementById(`post-${post.id}`);
    if (frame.k === "reload") {
      this.notice(word("liveBehind"));
    } else if (frame.k === "reply") {
      if (post && !shown && post.n > this.last) this.expect(post.n, post.html);
    } else if (frame.k === "undone") {
      this.forget(post, shown);
    } else if (frame.k === "merged" && frame.to) {
      this.notice(word("liveMerged"), `/threads/${frame.to}/`);
    } else if (frame.k === "reactions") {
      if (shown && post.counts) this.count(shown, post.counts);
      else if (post && this.pending.has(post.n)) this.refresh();
    } else if (frame.k === "edit" || frame.k === "state") {
      if (shown) this.change(frame.k, shown, post);
      else if (post && this.pending.has(post.n)) this.pending.set(post.n, post.html);
      if (post?.n === 1 || shown?.matches(".post-accepted")) this.refresh();
    } else this.refresh();
    this.arrange();
  }

  // -- changing in place

  change(kind, shown, post) {
    const fresh = this.made(post.html).find((node) => node.id === shown.id);
    if (!fresh) return;
    keepPlace(this.column, () => {
      const words = [shown, fresh].map((node) => node.querySelector(".body-col"));
      if (kind !== "edit" || !words[0] || !words[1]) {
        putInstead(shown, fresh);
        return;
      }
      words[0].replaceWith(words[1]);
      const mark = fresh.querySelector(".edited");
      shown.querySelector(".edited")?.remove();
      if (mark) shown.querySelector(".post-acts")?.append(mark);
    });
  }

  /** Its author took a reply back within seconds: it never was, and the next one takes its number. */
  forget(post, shown) {
    this.pending.delete(post.n);
    this.last = Math.min(this.last, post.n - 1);
    this.bar.dataset.last = this.last;
    if (!shown) return;
    keepPlace(this.column, () => {
      document.getElementById(`n${post.n}`)?.remove();
      shown.remove();
    });
  }

  count(shown, counts) {
    const buttons = shown.querySelectorAll("[data-react]");
    for (const button of buttons) button.querySelector("b").textContent = counts[button.dataset.react] || "";
    const missing = Object.keys(counts).some((kind) => !shown.querySelector(`[data-react="${kind}"]`));
    if (!buttons.length || missing) this.refresh();
  }

  /** Take what stands around the words from the page itself: the same address, with my rights. */
  refresh() {
    this.page.want();
  }

  async fetchPage() {
    if (this.line.isOver) return true;
    const answer = await fetch(location.href, {
      headers: { Accept: "text/html" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) return false;
    return this.take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }

  /** Whether the page knows what was heard here: for a moment a copy from before may be given out. */
  take(page) {
    const bar = page.querySelector("[data-live]");
    if (!bar) return true;
    if (bar.dataset.live !== this.topic) {
      // The address leads on by now: those are another thread's posts.
      this.notice(word("liveMerged"), `/threads/${bar.dataset.live.split(":")[1]}/`);
      return true;
    }
    if (Number(bar.dataset.sequence) < this.steps.at) return false;
    const column = bar.parentElement;
    localise(column, true);
    keepPlace(this.column, () => {
      swap(this.column, column, ".thread-head");
      swap(this.column, column, ".solved", ".thread-head");
      for (const [number, fresh] of takePosts(this.column, column)) {
        if (number > this.last) this.expect(number, fresh.outerHTML);
      }
      takeLog(this.column, column);
      takeDock(page);
      const [mine, theirs] = [document, page].map((one) => one.querySelector(".thread > .aside"));
      if (mine && theirs) putInstead(mine, theirs);
    });
    this.arrange();
    return true;
  }

  made(html) {
    const box = document.createElement("template");
    // Drawn by our own server, from words it cleaned: the same that a fresh page would show.
    box.innerHTML = html;
    localise(box.content, true);
    return [...box.content.children];
  }

  /** Whether the page has me write here: the box is there, and says nothing against it. */
  get mayWrite() {
    const box = document.getElementById("reply");
    return Boolean(box && !box.matches(".dock-closed") && !box.querySelector("[data-dock-why]"));
  }

  // -- new replies

  expect(number, html) {
    if (!this.pending.has(number) && this.area?.value.trim()) this.arrived += 1;
    this.pending.set(number, html);
  }

  get isAtEnd() {
    const posts = this.column.querySelectorAll(":scope > article");
    const end = posts[posts.length - 1]?.getBoundingClientRect().bottom ?? 0;
    const dock = this.dock?.matches("form:not([data-open='beside'])")
      ? this.dock.getBoundingClientRect().top
      : window.innerHeight;
    const floor = Math.min(dock, window.innerHeight); // in a low window the box stands below the posts
    return !document.hidden && end <= floor + 8;
  }

  /** Where the first of the new replies stands, whatever page that is. */
  get onwards() {
    return `${this.bar.dataset.since}?read=${Math.min(...this.pending.keys()) - 1}`;
  }

  get isFull() {
    return Math.max(...this.pending.keys()) > this.until;
  }

  arrange() {
    if (!this.pending.size) {
      this.news?.remove();
      this.news = null;
    } else if (this.isAtEnd && !this.isFull && !this.area?.value.trim()) this.show();
    else this.announce();
  }

  announce() {
    // What arrived while I wrote is said already, with what to do about it: not twice, and not two counts.
    if (this.warned?.isConnected) {
      this.warned.firstChild.textContent = counted("liveArrived", this.arrived);
      return;
    }
    const text = counted("liveReplies", this.pending.size);
    if (this.news?.textContent === text) return;
    const link = element("a", { href: this.onwards }, icon("down"), text);
    link.addEventListener("click", (event) => {
      if (this.isFull || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      this.show({ go: true });
    });
    this.news?.remove();
    this.news = element("p", { class: "newer" }, link);
    if (this.dock?.matches("form")) this.dock.prepend(this.news);
    else this.bar.before(this.news);
    this.say(text);
  }

  show({ go = false } = {}) {
    const numbers = [...this.pending.keys()].sort((one, other) => one - other);
    let first = null;
    if (go) uncover(this.dock);
    // Lines of the log that belong behind the new ones stand at the end already.
    const hasLog = this.place.previousElementSibling?.matches(".log-line");
    for (const number of numbers) {
      if (number > this.until) break;
      const anchor = element("span", { class: "anchor", id: `n${number}` });
      const nodes = this.made(this.pending.get(number));
      this.place.before(anchor, ...nodes);
      first ??= anchor;
      for (const node of nodes) node.classList.add("arrived");
      this.last = Math.max(this.last, number);
      this.pending.delete(number);
    }
    if (hasLog) this.refresh();
    this.arrived = 0;
    this.bar.dataset.last = this.last;
    this.note();
    if (this.isMember) this.line.say({ do: "read", t: this.topic, n: this.last });
    if (go) this.goTo(first);
    else this.say(counted("liveShown", numbers.length));
    this.arrange();
  }

  goTo(anchor) {
    const post = anchor?.nextElementSibling;
    if (!post) return;
    post.tabIndex = -1;
    post.focus({ preventScroll: true });
    anchor.scrollIntoView({ block: "start" });
  }

  /** What new posts are put before: the pager below the posts, or this bar. */
  get place() {
    return this.column.querySelector(":scope > article ~ .pager") ?? this.bar;
  }

  say(text) {
    if (this.said) this.said.textContent = text;
  }

  /** What happened cannot be fetched for a long time: say so. It is still asked for. */
  onTired() {
    if (this.column.querySelector("[data-live-notice]")) return;
    this.notice(word("liveBehind"));
    this.tired = this.column.querySelector("[data-live-notice]");
  }

  onRested() {
    if (!this.steps.asking.isTired && !this.page.isTired) this.tired?.remove();
  }

  notice(text, href = location.href) {
    this.column.querySelector("[data-live-notice]")?.remove();
    const link = element("a", { class: "link", href }, word("liveReload"));
    if (href === location.href) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        location.reload();
      });
    }
    this.bar.before(element("p", { class: "notice", "data-live-notice": true }, `${text} `, link));
    this.say(text);
  }

  // -- writing

  /** Tell the form which replies are known: the server asks about the others before it posts. */
  note() {
    const seen = this.dock?.elements?.seen;
    if (seen) seen.value = Math.max(Number(seen.value), this.last, ...this.pending.keys());
  }

  watchWriting() {
    if (!this.area) return;
    let beat = 0;
    let empty = !this.area.value.trim();
    this.area.addEventListener("input", () => {
      if (empty) this.note();
      empty = !this.area.value.trim();
      if (empty) this.arrived = 0;
      else if (Date.now() - beat > 4000) {
        beat = Date.now();
        this.line.say({ do: "typing", t: this.topic });
      }
    });
    document.addEventListener(
      "submit",
      (event) => {
        if (event.target !== this.dock || !this.arrived || event.submitter?.name === "later") return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.warn();
      },
      { capture: true },
    );
  }

  warn() {
    this.dock.querySelector("[data-live-warn]")?.remove();
    const text = counted("liveArrived", this.arrived);
    const button = (label, act) => {
      const made = element("button", { type: "button", class: "link" }, label);
      made.addEventListener("click", act);
      return made;
    };
    const done = () => {
      this.warned.remove();
      this.arrived = 0;
      this.note();
    };
    const look = button(word("liveLook"), () => {
      done();
      if (this.isFull) window.open(this.onwards);
      else this.show({ go: true });
    });
    const send = button(word("liveSend"), () => {
      done();
      this.dock.requestSubmit(this.dock.querySelector(".btn-primary"));
    });
    this.news?.remove();
    this.news = null;
    this.warned = element(
      "p",
      { class: "warn", role: "alert", "data-live-warn": true },
      element("span", {}, text),
      " ",
      look,
      " ",
      send,
    );
    this.dock.querySelector(".dock-tools, .form-acts").before(this.warned);
    look.focus();
  }
}

export function startLive() {
  const thread = document.querySelector("[data-live]");
  if (thread) new LiveThread(thread);
  const board = document.querySelector("[data-live-board]");
  if (board) startBoard(board);
}
