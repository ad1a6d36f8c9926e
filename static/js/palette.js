// The search palette. Asks /search/suggest while one types; Enter without a choice is an ordinary search.
import { composes, element, icon } from "./dom.js";
import { word } from "./words.js";

const RECENT = "convoy.recent";
const MOST_RECENT = 6;

/** Splits `text` into [piece, isMatch] around the parts that equal `query`, whatever their case. */
export function pieces(text, query) {
  const wanted = query.trim().toLowerCase();
  const lower = text.toLowerCase();
  // Letters whose lower case has another length would shift every place after them: leave those unmarked.
  if (!wanted || lower.length !== text.length) return [[text, false]];
  const cut = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    if (at > from) cut.push([text.slice(from, at), false]);
    from = at + wanted.length;
    cut.push([text.slice(at, from), true]);
  }
  if (from < text.length) cut.push([text.slice(from), false]);
  return cut;
}

/** The list of searches with one more in front, without doubles. */
export function remembered(list, query) {
  const said = query.trim();
  return said ? [said, ...list.filter((old) => old !== said)].slice(0, MOST_RECENT) : list;
}

function readRecent() {
  try {
    const list = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
    return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}

/** What to offer before the first letter: the busy boards of the page's rail, which narrow screens do not show. */
function boardsOfRail() {
  const links = [...document.querySelectorAll(".rail [aria-labelledby] a")];
  if (!links.length) return [];
  const items = links.map((link) => ({
    title: link.firstChild.textContent.trim(),
    url: link.href,
    icon: "boards",
    meta: link.querySelector(".count")?.firstChild.textContent ?? "",
  }));
  return [{ title: document.querySelector(".rail h2").textContent, items }];
}

class Palette {
  constructor(dialog) {
    this.dialog = dialog;
    this.form = dialog.querySelector("form");
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role='listbox']");
    this.chosen = -1;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.form.addEventListener("submit", () => this.remember());
    this.list.addEventListener("click", () => this.remember());
    this.list.addEventListener("mousemove", (event) => {
      const option = event.target.closest("[role='option']");
      if (option) this.choose(this.options.indexOf(option), false);
    });
    dialog.querySelector("[data-palette-close]")?.addEventListener("click", () => dialog.close());
  }

  get options() {
    return [...this.list.querySelectorAll("[role='option']")];
  }

  open(text = "") {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.input.value = text;
    this.input.setSelectionRange(text.length, text.length);
    this.input.focus();
    this.ask();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 120);
  }

  async ask() {
    const query = this.input.value.trim();
    this.request?.abort();
    if (!query) {
      this.show(boardsOfRail(), query);
      return;
    }
    this.request = new AbortController();
    try {
      const address = `${this.dialog.dataset.suggest}?q=${encodeURIComponent(query)}`;
      const answer = await fetch(address, {
        signal: this.request.signal,
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(answer.status);
      const { groups = [] } = await answer.json();
      this.show(groups, query, groups.length ? "" : word("nothing"));
    } catch (problem) {
      if (problem.name !== "AbortError") this.show([], query, word("resting"));
    }
  }

  show(groups, query, note = "") {
    const search = (text) => `${this.form.getAttribute("action")}?q=${encodeURIComponent(text)}`;
    const recent = readRecent()
      .filter((old) => old !== query && old.toLowerCase().startsWith(query.toLowerCase()))
      .map((old) => ({ title: old, url: search(old), icon: "clock" }));
    const all = [];
    if (recent.length) all.push({ title: word("recent"), items: recent.slice(0, query ? 2 : MOST_RECENT) });
    all.push(...groups);
    if (query) {
      const items = [
        { title: word("everything", { q: query }), url: search(query), icon: "search", plain: true },
      ];
      all.push({ title: word("more"), items });
    }
    let number = 0;
    const parts = all.map((group, at) => {
      const heading = element("div", { class: "gh", id: `palette-g${at}` }, group.title);
      const options = group.items.map((item) => {
        number += 1;
        return this.option(item, `palette-o${number}`, query);
      });
      return element("div", { role: "group", "aria-labelledby": heading.id }, heading, ...options);
    });
    this.list.replaceChildren(
      ...(note ? [element("p", { class: "palette-note", role: "status" }, note)] : []),
      ...parts,
    );
    this.input.setAttribute("aria-expanded", String(parts.length > 0));
    this.choose(-1);
  }

  option(item, id, query) {
    // What stands there in other letters than were typed (充電 for 充电), only the server knows.
    const own = item.plain ? [[item.title, false]] : pieces(item.title, query);
    const marks = own.some(([, hit]) => hit) ? own : (item.marks ?? own);
    const title = marks.map(([text, hit]) => (hit ? element("mark", {}, text) : text));
    return element(
      "a",
      { role: "option", id, href: item.url, tabindex: "-1", "aria-selected": "false" },
      icon(item.icon ?? "forward"),
      element("span", item.lang ? { lang: item.lang } : {}, ...title),
      element("small", {}, item.meta ?? ""),
    );
  }

  choose(at, scroll = true) {
    const options = this.options;
    this.chosen = at;
    options.forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
    });
    if (options[at]) {
      this.input.setAttribute("aria-activedescendant", options[at].id);
      if (scroll) options[at].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  onKey(event) {
    if (composes(event)) return;
    const count = this.options.length;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && count) {
      event.preventDefault();
      // One place more than there are options: the input itself, where Enter searches everything.
      const at = this.chosen + moves[event.key];
      this.choose(at >= count ? -1 : at < -1 ? count - 1 : at);
    } else if (event.key === "Enter" && this.options[this.chosen]) {
      event.preventDefault();
      this.remember();
      if (event.ctrlKey || event.metaKey) window.open(this.options[this.chosen].href);
      else this.options[this.chosen].click();
    }
  }

  remember() {
    try {
      localStorage.setItem(RECENT, JSON.stringify(remembered(readRecent(), this.input.value)));
    } catch {}
  }
}

export function startPalette() {
  const dialog = document.querySelector("dialog[data-palette]");
  if (!dialog) return null;
  const palette = new Palette(dialog);
  for (const opener of document.querySelectorAll("[data-palette-open]")) {
    const field = opener.querySelector("input");
    opener.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      palette.open(field?.value ?? "");
    });
    // Reached with the keyboard it stays a plain field; the first letter moves into the palette.
    field?.addEventListener("input", () => {
      palette.open(field.value);
      field.value = "";
    });
  }
  return palette;
}
