// An order made by hand: buttons, arrow keys and numbers on a row, or dragging. Underneath stand the ranks that the form
// sends without any of it.
import { element } from "./dom.js";
import { word } from "./words.js";

/** Rows in another order: the one at `from` moved to `to`. Pure. */
export function moved(rows, from, to) {
  const rest = rows.filter((_row, place) => place !== from);
  rest.splice(Math.max(0, Math.min(to, rest.length)), 0, rows[from]);
  return rest;
}

class Ranker {
  constructor(list, icon, say) {
    Object.assign(this, { list, icon, say });
    list.classList.add("is-alive");
    // Nothing is ranked before somebody ranks it: who only presses "send" has not put these in their order.
    for (const row of list.children) this.dress(row, Boolean(row.querySelector("select").value));
    list.addEventListener("click", (event) => this.onClick(event));
    list.addEventListener("keydown", (event) => this.onKey(event));
    list.addEventListener("dragstart", (event) => this.onDragStart(event));
    list.addEventListener("dragover", (event) => this.onDragOver(event));
    list.addEventListener("dragend", () => this.onDragEnd());
    this.settle();
  }

  get rows() {
    return [...this.list.children];
  }

  dress(row, isIn) {
    const name = row.querySelector("label").firstChild.textContent.trim();
    row.tabIndex = 0;
    row.draggable = true;
    row.prepend(element("b", { class: "rank" }));
    const button = (act, picture, said) => {
      const made = element("button", {
        type: "button",
        class: "icon-btn",
        "data-act": act,
        "aria-label": word(said, { name }),
      });
      made.append(this.icon(picture));
      return made;
    };
    row.append(
      button("up", "up", "rankUp"),
      button("down", "down", "rankDown"),
      button("out", isIn ? "minus" : "plus", isIn ? "rankOut" : "rankIn"),
    );
    row.toggleAttribute("data-left-out", !isIn);
  }

  /** Write the ranks down where the form reads them. Rows that are left out stand last, without one. */
  settle() {
    const rows = this.rows;
    const [inside, outside] = [false, true].map((isOut) =>
      rows.filter((row) => row.hasAttribute("data-left-out") === isOut),
    );
    this.list.append(...inside, ...outside);
    for (const [place, row] of [...inside, ...outside].entries()) {
      const isIn = place < inside.length;
      row.querySelector(".rank").textContent = isIn ? place + 1 : "–";
      row.querySelector("select").value = isIn ? String(place + 1) : "";
      row.querySelector('[data-act="up"]').disabled = !isIn || place === 0;
      row.querySelector('[data-act="down"]').disabled = !isIn || place === inside.length - 1;
    }
  }

  move(row, to) {
    const inside = this.rows.filter((one) => !one.hasAttribute("data-left-out"));
    const from = this.rows.indexOf(row);
    if (row.hasAttribute("data-left-out")) {
      this.put(row, true);
      this.list.append(...moved(this.rows, from, Math.max(0, Math.min(to, inside.length))));
      this.settle();
      this.tell(row);
      return;
    }
    if (to < 0 || to > inside.length - 1 || to === from) return;
    this.list.append(...moved(this.rows, from, to));
    this.settle();
    this.tell(row);
  }

  /** Take a row in or leave it out; its button says what it does next. */
  put(row, isIn) {
    row.toggleAttribute("data-left-out", !isIn);
    const button = row.querySelector('[data-act="out"]');
    const name = row.querySelector("label").firstChild.textContent.trim();
    button.replaceChildren(this.icon(isIn ? "minus" : "plus"));
    button.setAttribute("aria-label", word(isIn ? "rankOut" : "rankIn", { name }));
  }

  tell(row) {
    const name = row.querySelector("label").firstChild.textContent.trim();
    this.say(word("rankNow", { name, n: row.querySelector(".rank").textContent }));
  }

  onClick(event) {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    const row = button.closest("li");
    const place = this.rows.indexOf(row);
    if (button.dataset.act === "up") this.move(row, place - 1);
    else if (button.dataset.act === "down") this.move(row, place + 1);
    else {
      this.put(row, row.hasAttribute("data-left-out"));
      this.settle();
      this.tell(row);
    }
    (button.disabled ? row : button).focus();
  }

  onKey(event) {
    const row = event.target;
    if (!row.matches("li") || event.altKey || event.metaKey || event.ctrlKey) return;
    const place = this.rows.indexOf(row);
    if (event.key === "ArrowUp") this.move(row, place - 1);
    else if (event.key === "ArrowDown") this.move(row, place + 1);
    else if (/^[1-9]$/.test(event.key)) this.move(row, Number(event.key) - 1);
    else return;
    event.preventDefault();
    row.focus();
  }

  onDragStart(event) {
    this.dragged = event.target.closest("li");
    this.dragged?.classList.add("is-dragged");
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  }

  onDragOver(event) {
    const over = event.target.closest?.("li");
    if (!this.dragged || !over || over === this.dragged) return;
    event.preventDefault();
    const middle = over.getBoundingClientRect().top + over.offsetHeight / 2;
    if (event.clientY < middle) over.before(this.dragged);
    else over.after(this.dragged);
  }

  onDragEnd() {
    if (!this.dragged) return;
    this.dragged.classList.remove("is-dragged");
    this.put(this.dragged, true);
    this.settle();
    this.tell(this.dragged);
    this.dragged = null;
  }
}

export function startRanker(list, icon, say) {
  if (!list.classList.contains("is-alive")) new Ranker(list, icon, say);
}
