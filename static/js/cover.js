// Draws boxes on a picture into the number fields below it. The fields are what is sent; without this they do alone.
import { element } from "./dom.js";
import { word } from "./words.js";

const SIDES = ["left", "top", "width", "height"];
const LEAST = 0.5; // percent: a tap is no box
const between = (value, low, high) => Math.min(high, Math.max(low, value));

/** A box in percent from two corners of a drag, kept inside the picture. */
export function boxOf(from, to) {
  const [left, right] = [from.x, to.x].map((x) => between(x, 0, 100)).sort((a, b) => a - b);
  const [top, bottom] = [from.y, to.y].map((y) => between(y, 0, 100)).sort((a, b) => a - b);
  return { left, top, width: right - left, height: bottom - top };
}

class Covering {
  constructor(form) {
    this.stage = form.querySelector("[data-cover-stage]");
    this.numbers = form.querySelector("[data-cover-numbers]");
    this.rows = [...form.querySelectorAll("[data-cover-row]")];
    form.classList.add("cover-drawing");
    this.stage.addEventListener("pointerdown", (event) => this.begin(event));
    this.stage.addEventListener("pointermove", (event) => this.move(event));
    for (const over of ["pointerup", "pointercancel"]) {
      this.stage.addEventListener(over, (event) => this.end(event));
    }
    form.addEventListener("input", () => this.draw());
    form.addEventListener("click", (event) => {
      const row = event.target.closest("[data-cover-clear]")?.closest("[data-cover-row]");
      if (row) this.write(row, null);
    });
    this.draw();
  }

  at(event) {
    const frame = this.stage.querySelector("img").getBoundingClientRect();
    return {
      x: ((event.clientX - frame.left) / frame.width) * 100,
      y: ((event.clientY - frame.top) / frame.height) * 100,
    };
  }

  field(row, side) {
    return row.querySelector(`[data-side="${side}"]`);
  }

  read(row) {
    const [left, top, width, height] = SIDES.map((side) => Number.parseFloat(this.field(row, side).value));
    return width > 0 && height > 0 ? { left: left || 0, top: top || 0, width, height } : null;
  }

  write(row, box) {
    for (const side of SIDES) this.field(row, side).value = box ? box[side].toFixed(2) : "";
    this.draw();
  }

  begin(event) {
    if (event.button) return;
    const row = this.rows.find((one) => !this.read(one));
    if (!row) {
      this.numbers.open = true;
      this.say(word("fullBox"));
      return;
    }
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    this.drag = { row, from: this.at(event) };
  }

  move(event) {
    if (this.drag) this.write(this.drag.row, boxOf(this.drag.from, this.at(event)));
  }

  end(event) {
    if (!this.drag) return;
    const { row, from } = this.drag;
    const box = boxOf(from, this.at(event));
    this.drag = null;
    const kept = event.type === "pointerup" && box.width >= LEAST && box.height >= LEAST;
    this.write(row, kept ? box : null);
    if (kept) this.numbers.open = true;
  }

  say(text) {
    this.told ??= this.stage.insertAdjacentElement(
      "afterend",
      element("p", { class: "hint", role: "status" }),
    );
    this.told.textContent = text;
  }

  draw() {
    for (const old of this.stage.querySelectorAll(".cover-box")) old.remove();
    for (const [index, row] of this.rows.entries()) {
      const box = this.read(row);
      if (!box) continue;
      const drawn = element(
        "div",
        { class: "cover-box", "aria-hidden": "true" },
        element("span", {}, `${index + 1}`),
      );
      drawn.style.insetInlineStart = `${box.left}%`;
      drawn.style.insetBlockStart = `${box.top}%`;
      drawn.style.inlineSize = `${box.width}%`;
      drawn.style.blockSize = `${box.height}%`;
      this.stage.append(drawn);
    }
  }
}

export function startCovering() {
  for (const form of document.querySelectorAll("[data-cover]")) new Covering(form);
}
