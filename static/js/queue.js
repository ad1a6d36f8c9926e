// The queue of the desk while somebody works: who is at what changes in place, new rows say that they are there and come
// when asked for, and no row ever moves by itself.
const RANKED = 1500; // a thread is ranked a moment after somebody wrote in it
const EVERY = 20_000; // what time alone changes, and what no line told
const PARTS = [".qr-stone", ".because", ".do", ".sc"];

/** Of the rows there are now (by id, in order) those that are not shown yet. */
export function unseen(shown, there) {
  const known = new Set(shown);
  return there.filter((id) => !known.has(id));
}

/** Looks that may overtake one another: `takes` refuses an answer that is older than one that was shown already. */
export function inTurn() {
  let begun = 0;
  let shown = 0;
  return {
    begin: () => ++begun,
    takes(turn) {
      if (turn < shown) return false;
      shown = turn;
      return true;
    },
  };
}

/** Whether the act in a row stays as it is: for the thread that is open the page knows more than the queue, which
 * searches for no known answers. Who is at it is told all the same. */
export function knowsBetter(part, row, mine, theirs) {
  const isAct = (one) => Boolean(one.querySelector("kbd"));
  return part === ".do" && row.hasAttribute("aria-current") && isAct(mine) && isAct(theirs);
}

function rowsOf(root) {
  return [...root.querySelectorAll("[data-desk-row]")];
}

class Queue {
  constructor(news) {
    this.news = news;
    this.pane = news.closest(".pane-queue");
    this.link = news.querySelector("a");
    this.looks = inTurn();
    news.hidden = true;
    this.link.addEventListener("click", (event) => {
      if (!this.page || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      this.show();
    });
    const topics = news.dataset.topics.split(" ").filter(Boolean);
    document.addEventListener("line:open", ({ detail: line }) => {
      for (const topic of topics) {
        if (topic in line.topics) continue;
        line.topics[topic] = () => 0;
        line.say({ do: "join", t: topic, s: 0, l: document.documentElement.lang });
      }
    });
    document.addEventListener("line:frame", ({ detail: frame }) => {
      if (topics.includes(frame.t)) this.soon(RANKED);
    });
    setInterval(() => this.soon(0), EVERY);
  }

  soon(after) {
    if (!document.hidden) this.timer ??= setTimeout(() => this.look(), after);
  }

  async look() {
    this.timer = undefined;
    const turn = this.looks.begin();
    try {
      const answer = await fetch(this.news.dataset.deskLive, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!this.looks.takes(turn)) return;
      this.page = page;
    } catch {
      return; // the next look asks again
    }
    const there = new Map(rowsOf(this.page).map((row) => [row.dataset.deskRow, row]));
    const shown = rowsOf(this.pane);
    for (const row of shown) this.change(row, there.get(row.dataset.deskRow));
    this.fresh = unseen(
      shown.map((row) => row.dataset.deskRow),
      [...there.keys()],
    );
    this.tell();
  }

  /** What stands in a row beside its title, without touching what has the focus. */
  change(row, fresh) {
    if (!fresh) return;
    for (const part of PARTS) {
      const [mine, theirs] = [row.querySelector(part), fresh.querySelector(part)];
      if (mine && theirs && mine.outerHTML !== theirs.outerHTML && !knowsBetter(part, row, mine, theirs)) {
        mine.className = theirs.className;
        mine.replaceChildren(...theirs.cloneNode(true).childNodes);
      }
    }
  }

  tell() {
    const { one, many } = this.news.dataset;
    const n = this.fresh.length;
    const text = n === 1 ? one : many.replace("{n}", n);
    if (n && this.link.textContent !== text) this.link.textContent = text;
    this.news.hidden = !n;
  }

  /** Put the rows in as they stand now. The one that is open stays, where it stood if it left the queue. */
  show() {
    const list = this.pane.querySelector(".desk-queue");
    const next = this.page.querySelector(".desk-queue");
    if (!list) {
      location.assign(this.news.dataset.deskLive); // nothing was here before: the page has another shape
      return;
    }
    const open = list.querySelector("[aria-current]");
    const rows = next ? rowsOf(next) : [];
    if (open) {
      const at = rows.findIndex((row) => row.dataset.deskRow === open.dataset.deskRow);
      const place = at < 0 ? Math.min([...list.children].indexOf(open), rows.length) : at;
      rows.splice(place, at < 0 ? 0 : 1, open);
    }
    const first = this.fresh[0];
    list.replaceChildren(...rows);
    this.fresh = [];
    this.tell();
    list.querySelector(`[data-desk-row="${first}"] h3 a`)?.focus();
  }
}

export function startQueue(news) {
  new Queue(news);
}
