// Keeps "6 min ago" true while the page is open, and says the moments of pages that are the same for every guest
// in the reader's own zone. The words are those of `community/core/display.py`.
import { word } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What to say `gone` milliseconds later: [key, number], or null when the server's words should stay. */
export function since(gone) {
  if (gone < 0 || gone >= 12 * HOUR) return null;
  if (gone < MINUTE) return ["now", 0];
  if (gone < HOUR) return ["minutes", Math.floor(gone / MINUTE)];
  return ["hours", Math.floor(gone / HOUR)];
}

/** Year, month, day and hour of a moment on the wall of a zone (the device's own without one). */
export function onTheWall(moment, zone) {
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
  const format = new Intl.DateTimeFormat("en-US", { ...numeric, hourCycle: "h23", timeZone: zone });
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const [year, month, day] = [Number(part.year), Number(part.month), Number(part.day)];
  return {
    year,
    month,
    day,
    number: Date.UTC(year, month - 1, day) / DAY,
    time: `${part.hour}:${part.minute}`,
  };
}

/** A date by a format in Django's letters (j, n, M, Y; everything else stands for itself). */
export function dated(format, { year, month, day }) {
  const short = () =>
    new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" }).format(
      Date.UTC(year, month - 1, 1),
    );
  const letters = { j: day, n: month, Y: year };
  return format.replace(/[jnMY]/g, (letter) => String(letter === "M" ? short() : letters[letter]));
}

/** The moment itself: "today 13:26", "yesterday 22:40", "18 Nov, 20:14". */
export function when(at, now, say = word, zone = undefined) {
  const [then, today] = [onTheWall(at, zone), onTheWall(now, zone)];
  const days = today.number - then.number;
  if (days === 0 || days === 1) return say(days ? "yesterday" : "today", { time: then.time });
  return say("moment", {
    day: dated(say(then.year === today.year ? "date" : "dateYear"), then),
    time: then.time,
  });
}

/** How long ago: "6 min ago", "yesterday 21:10", "3 days ago", "18 Nov". */
export function ago(at, now, say = word, zone = undefined) {
  const [then, today] = [onTheWall(at, zone), onTheWall(now, zone)];
  const [gone, days] = [now - at, today.number - then.number];
  if (gone < MINUTE) return say("now");
  if (gone < HOUR) return say("minutes", { n: Math.floor(gone / MINUTE) });
  if (gone < DAY && (days === 0 || gone < 12 * HOUR)) return say("hours", { n: Math.floor(gone / HOUR) });
  if (days === 1) return say("yesterday", { time: then.time });
  if (days < 7) return say(days === 1 ? "day" : "days", { n: days });
  return dated(say(then.year === today.year ? "date" : "dateYear"), then);
}

/** Tell the server which zone this device lives in, so that a member's next page says the hour as the clock on the wall does. */
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.cookie.includes(`tz=${encodeURIComponent(zone)}`)) return;
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API
  document.cookie = `tz=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

/** A page for all guests tells moments in the site's zone: say each of them, titles too, in the reader's. */
export function localise(root, always = false) {
  if (!always && !("commonZone" in document.documentElement.dataset)) return;
  const now = Date.now();
  for (const time of root.querySelectorAll("time[data-ago], time[data-when]")) {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) continue;
    const moment = when(at, now);
    const text = "ago" in time.dataset ? ago(at, now) : moment;
    if (time.title) time.title = moment;
    if (text && time.textContent !== text) time.textContent = text;
  }
}

export function startTimes() {
  tellZone();
  localise(document);
  const refresh = () => {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const said = since(Date.now() - Date.parse(time.dateTime));
      const text = said && word(said[0], { n: said[1] });
      if (text && time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(refresh, MINUTE);
  document.addEventListener("visibilitychange", refresh);
}
