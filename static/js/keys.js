// Keys for those who like them: j and k through a list, o to open, / to search, r to reply, ? for this list.
// They can be switched off in that list: single keys get in the way of speech input.
import { composes, isTyping } from "./dom.js";

const OFF = "convoy.keys";

/** The next place in a list of `count` after a step, staying inside; -1 means nothing chosen yet. */
export function step(at, by, count) {
  if (!count) return -1;
  if (at < 0) return by > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, at + by));
}

/** Whether somebody switched single keys off on this device. */
export function isOff() {
  try {
    return localStorage.getItem(OFF) === "off";
  } catch {
    return false;
  }
}

function walk(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement) || row === document.activeElement);
  const row = rows[step(at, by, rows.length)];
  if (!row) return;
  const target = row.querySelector(".row-title a") ?? row;
  if (target === row) row.tabIndex = -1;
  target.focus({ preventScroll: true });
  row.scrollIntoView({ block: target === row ? "start" : "nearest" });
}

export function startKeys(palette) {
  const help = document.getElementById("keys");
  const toggle = help?.querySelector("[data-keys-toggle]");
  if (toggle) {
    toggle.checked = !isOff();
    toggle.addEventListener("change", () => {
      try {
        if (toggle.checked) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "off");
      } catch {}
    });
  }
  const acts = {
    j: () => walk(1),
    k: () => walk(-1),
    o: () => document.activeElement?.closest("[data-row]")?.querySelector(".row-title a")?.click(),
    "/": () => palette?.open(),
    r: () => document.querySelector("form#reply textarea")?.focus({ preventScroll: true }),
    u: () => document.getElementById("unread")?.scrollIntoView({ block: "start" }),
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "k" && !event.defaultPrevented) {
      event.preventDefault();
      palette?.open();
      return;
    }
    if (command || event.altKey || composes(event) || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") || isOff()) return;
    const act = acts[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
}
