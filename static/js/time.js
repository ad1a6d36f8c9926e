// Keeps "6 min ago" true while the page is open. Older times were said as dates by the server and stay.
import { word } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What to say `gone` milliseconds later: [key, number], or null when the server's words should stay. */
export function since(gone) {
  if (gone < 0 || gone >= 12 * HOUR) return null;
  if (gone < MINUTE) return ["now", 0];
  if (gone < HOUR) return ["minutes", Math.floor(gone / MINUTE)];
  return ["hours", Math.floor(gone / HOUR)];
}

/** Tell the server which zone this device lives in, so that the next page says the hour as the clock on the wall does. */
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.cookie.includes(`tz=${encodeURIComponent(zone)}`)) return;
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API
  document.cookie = `tz=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

export function startTimes() {
  tellZone();
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
