// A sentence that floats by, read out by screen readers.
import { element } from "./dom.js";

/** `text`: a sentence, or an element that holds several. */
export function toast(text) {
  const room = document.querySelector("[data-toasts]");
  if (!room || !text) return;
  const line = element("p", { class: "toast" }, text);
  room.append(line);
  setTimeout(() => line.remove(), 9000);
}
