// Who is writing just now, in one calm line.
import { word } from "./words.js";

/** What to say of `frame`: {count, staff, names}. Empty when nobody writes. */
export function inWords({ count, staff, names }, say = word) {
  if (!count) return "";
  const [name, other] = names;
  if (staff) return name ? say("liveStaffNamed", { name }) : say("liveStaff");
  if (!name) return say(count === 1 ? "liveTypingOne" : "liveTypingSome", { n: count });
  if (count === 1) return say("liveTypingNamed", { name });
  if (count === 2) return say("liveTypingTwo", { name, other });
  return say("liveTypingMore", { name, n: count - 1 });
}

/** Whether a frame says no more than the page does already: who of the team is at it (`known`). */
export function isKnown({ staff, names }, known) {
  return Boolean(staff && known && names[0] === known);
}

export class Presence {
  constructor(place) {
    this.place = place;
  }

  show(frame) {
    if (!this.place) return;
    const known = document.querySelector("[data-at-it]")?.dataset.atIt;
    const text = isKnown(frame, known) ? "" : inWords(frame);
    this.place.textContent = text;
    this.place.hidden = !text;
  }
}
