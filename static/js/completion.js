// Names after @ and signs after : while one writes. The text area stays a text area; the list beside it is a listbox
// whose chosen option the area names as its active descendant, and how many there are is said aloud.
import { apply } from "./composer.js";
import { composes, element } from "./dom.js";
import { findEmoji, nameOf } from "./emoji.js";
import { counted, word } from "./words.js";

const LONGEST = 24;
const PAUSE = 120;
// Scripts without spaces: a mark right behind their letters begins something new.
const RUNS_ON = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const WORD = /[\p{L}\p{N}]/u;
const NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_]|[-.'’·• ](?! ))*$/u;
const SIGN = /^(?:[a-z][a-z0-9_+-]+|(?=.*[\p{Script=Han}])[\p{L}\p{N}]{1,8})$/iu;

/** What is being called at the caret: {kind: "name" | "sign", from, query}, or null. Full-width marks count too. */
export function calledAt(text, caret) {
  for (let at = caret - 1; at >= Math.max(0, caret - LONGEST - 1); at -= 1) {
    const mark = text[at];
    if (mark === "\n") return null;
    const query = text.slice(at + 1, caret);
    if ((mark === "@" || mark === "＠") && begins(text, at)) {
      return query === "" || NAME.test(query) ? { kind: "name", from: at, query } : null;
    }
    if ((mark === ":" || mark === "：") && begins(text, at)) {
      return SIGN.test(query) ? { kind: "sign", from: at, query } : null;
    }
  }
  return null;
}

/** Not inside an address, a time, another mark or a Latin word. */
function begins(text, at) {
  const before = text[at - 1] ?? "";
  if (!before || /\s/.test(before)) return true;
  if (/[@:/＠：.]/.test(before)) return false;
  return !WORD.test(before) || RUNS_ON.test(before);
}

/** The text with a call at `called` answered by `answer`; a space follows where the script uses spaces. */
export function answered({ text, caret, called, answer }) {
  const before = text.slice(0, called.from);
  const after = text.slice(caret);
  const runs = RUNS_ON.test(before.slice(-1)) || RUNS_ON.test(answer.slice(-1));
  const space = runs || /^[\s\p{P}]/u.test(after) ? "" : " ";
  const at = before.length + answer.length + space.length;
  return { text: before + answer + space + after, start: at, end: at };
}

let lists = 0;

class Completion {
  constructor(area, box) {
    this.area = area;
    this.people = box.dataset.people;
    this.where = box.dataset.place ?? "";
    this.known = new Map();
    lists += 1;
    this.list = element("ul", {
      role: "listbox",
      id: `completion-${lists}`,
      class: "completion",
      popover: "manual",
    });
    this.said = element("p", { role: "status", class: "vh" });
    box.append(this.list, this.said);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-haspopup", "listbox");
    area.addEventListener("input", () => this.look());
    area.addEventListener("compositionend", () => this.look());
    area.addEventListener("click", () => this.look());
    area.addEventListener("blur", () => this.close());
    area.addEventListener("scroll", () => this.close());
    // Before the composer hears it: Enter chooses here and begins no list item.
    area.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the area keeps the focus
      const option = event.target.closest("[role='option']");
      if (option) this.take(this.options.indexOf(option));
    });
    box.addEventListener("click", (event) => {
      if (event.target.closest("[data-tool='mention']")) this.begin();
    });
  }

  get options() {
    return [...this.list.children];
  }

  get isOpen() {
    return this.options.length > 0;
  }

  /** The toolbar's @. */
  begin() {
    const { value, selectionStart: at } = this.area;
    const space = at === 0 || begins(value, at) ? "" : " ";
    const text = `${value.slice(0, at)}${space}@${value.slice(at)}`;
    apply(this.area, { text, start: at + space.length + 1, end: at + space.length + 1 });
    this.look();
  }

  async look() {
    const caret = this.area.selectionStart;
    const called = caret === this.area.selectionEnd ? calledAt(this.area.value, caret) : null;
    clearTimeout(this.timer);
    if (!called || (called.kind === "name" && !this.people)) return this.close();
    if (called.kind === "sign") return this.show(called, findEmoji(called.query));
    const found = this.known.get(called.query);
    if (found) return this.show(called, found);
    this.timer = setTimeout(() => this.ask(called), PAUSE);
  }

  async ask(called) {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = new URL(`${this.people}?${this.where}`, location.href);
    address.searchParams.set("q", called.query);
    try {
      const answer = await fetch(address, {
        headers: { Accept: "application/json" },
        signal: this.asked.signal,
      });
      if (!answer.ok) throw new Error(answer.status);
      const { people, groups } = await answer.json();
      this.known.set(called.query, [...people, ...groups]);
      this.look();
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(called, found) {
    this.called = called;
    this.found = found;
    if (!found.length) return this.close();
    this.list.replaceChildren(...found.map((entry, at) => this.option(entry, at)));
    this.list.setAttribute("aria-label", word(called.kind === "name" ? "people" : "signs"));
    if (!this.list.matches(":popover-open")) this.list.showPopover?.();
    this.place();
    this.area.setAttribute("aria-controls", this.list.id);
    this.choose(0);
    this.said.textContent = counted("choices", found.length);
  }

  option(entry, at) {
    const inside =
      this.called.kind === "sign"
        ? [element("span", { "aria-hidden": "true" }, entry.sign), nameOf(entry, this.called.query)]
        : [element("b", {}, entry.name), element("small", {}, entry.refused ?? about(entry))];
    return element(
      "li",
      {
        role: "option",
        id: `${this.list.id}-${at}`,
        "aria-selected": "false",
        ...(entry.refused && { "aria-disabled": "true" }),
      },
      ...inside,
    );
  }

  choose(at) {
    const options = this.options;
    this.chosen = (at + options.length) % options.length;
    options.forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.chosen));
    });
    this.area.setAttribute("aria-activedescendant", options[this.chosen].id);
    options[this.chosen].scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    // While an input method composes, its keys are its own.
    if (!this.isOpen || composes(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowDown: () => this.choose(this.chosen + 1),
      ArrowUp: () => this.choose(this.chosen - 1),
      Enter: () => this.take(this.chosen),
      Tab: () => this.take(this.chosen),
      Escape: () => this.close(),
    };
    const act = event.shiftKey ? null : acts[event.key];
    if (act) {
      event.preventDefault();
      event.stopImmediatePropagation();
      act();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) this.close();
  }

  take(at) {
    const entry = this.found[at];
    // A group that one may not call says why; the words stay as they are.
    if (entry.refused) return this.close();
    const answer = this.called.kind === "sign" ? entry.sign : `@${entry.name}`;
    const caret = this.area.selectionStart;
    const next = answered({ text: this.area.value, caret, called: this.called, answer });
    this.close();
    apply(this.area, next);
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    if (!this.isOpen) return;
    this.list.replaceChildren();
    if (this.list.matches(":popover-open")) this.list.hidePopover();
    this.area.removeAttribute("aria-controls");
    this.area.removeAttribute("aria-activedescendant");
    this.said.textContent = "";
  }

  /** Below the mark, or above it where there is no room. */
  place() {
    const spot = spotOf(this.area, this.called.from);
    const { width, height } = this.list.getBoundingClientRect();
    const view = window.visualViewport ?? { width: innerWidth, height: innerHeight };
    const left = Math.max(8, Math.min(spot.left, view.width - width - 8));
    const below = spot.bottom + 4;
    const top = below + height < view.height ? below : Math.max(8, spot.top - height - 4);
    this.list.style.left = `${left}px`;
    this.list.style.top = `${top}px`;
  }
}

/** What stands beside a name: an office, how many a group is, whether somebody writes here. */
function about({ role, here }) {
  return [role, here && word("inThread")].filter(Boolean).join(" · ");
}

const COPIED = [
  "direction", "boxSizing", "width", "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "fontStyle", "fontVariant", "fontWeight",
  "fontStretch", "fontSize", "lineHeight", "fontFamily", "letterSpacing", "wordSpacing", "textIndent", "tabSize",
]; // biome-ignore format: a list of names

/** Where a character of a text area stands in the window: measured in a copy, since areas do not tell. */
function spotOf(area, at) {
  const copy = element("div", { "aria-hidden": "true" });
  const style = getComputedStyle(area);
  for (const name of COPIED) copy.style[name] = style[name];
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    insetBlockStart: "0",
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  });
  const mark = element("span", {}, area.value[at] ?? ".");
  copy.append(area.value.slice(0, at), mark);
  document.body.append(copy);
  const box = area.getBoundingClientRect();
  const [origin, there] = [copy.getBoundingClientRect(), mark.getBoundingClientRect()];
  copy.remove();
  const top = Math.min(Math.max(box.top + there.top - origin.top - area.scrollTop, box.top), box.bottom);
  return { left: box.left + there.left - origin.left, top, bottom: top + there.height };
}

export function startCompletion() {
  for (const box of document.querySelectorAll("[data-composer]:not(textarea)")) {
    const area = box.querySelector("textarea");
    if (area) new Completion(area, box);
  }
}
