// Words are never lost: what stands in a composer is kept on this device until it was sent. A form names its place in
// data-draft, says `composer:changed`, and hears by data-kept that its words are safe.
import { word } from "./words.js";

const PREFIX = "convoy.draft.";
const KEEP = 30 * 24 * 3600 * 1000;
const JUST_SENT = 10 * 60 * 1000;

/** The drafts of one storage. Everything answers quietly when storage is full, forbidden or absent. */
export function drafts(storage, now = Date.now) {
  const read = (key) => {
    try {
      const draft = JSON.parse(storage.getItem(PREFIX + key));
      return draft && typeof draft.text === "string" && now() - draft.at < KEEP ? draft : null;
    } catch {
      return null;
    }
  };
  const write = (key, draft) => {
    try {
      storage.setItem(PREFIX + key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  };
  return {
    read,
    /** True when the words are safe. Empty words forget the draft. */
    save(key, text) {
      if (!text.trim()) {
        this.forget(key);
        return true;
      }
      return write(key, { text, at: now() });
    },
    /** The form is on its way: kept until the site shows that it arrived. */
    sending(key) {
      const draft = read(key);
      if (draft) write(key, { ...draft, sent: now() });
    },
    forget(key) {
      try {
        storage.removeItem(PREFIX + key);
      } catch {}
    },
    /** Forgets what was sent a moment ago and now stands on the page: proof that it arrived. */
    arrived(pageText) {
      try {
        for (const name of Object.keys(storage)) {
          if (!name.startsWith(PREFIX)) continue;
          const key = name.slice(PREFIX.length);
          const draft = read(key);
          if (!draft) this.forget(key);
          else if (draft.sent && now() - draft.sent < JUST_SENT && stands(draft.text, pageText))
            this.forget(key);
        }
      } catch {}
    },
  };
}

/** Whether the longest plain run of `source` can be read in `pageText`. */
export function stands(source, pageText) {
  const runs = source
    .split(/[\n*_`>#[\]()!|~\\<&@:"'“”‘’-]+/)
    .map((run) => run.replace(/\s+/g, " ").trim())
    .sort((one, other) => other.length - one.length);
  const longest = (runs[0] ?? "").slice(0, 80);
  return longest.length > 1 && pageText.replace(/\s+/g, " ").includes(longest);
}

function storage() {
  try {
    return window.localStorage;
  } catch {
    return {};
  }
}

function keep(form, kept) {
  const key = form.dataset.draft;
  const area = form.querySelector("[data-composer] textarea, textarea[name='body']");
  if (!area) return;
  const say = (text) => {
    const place = form.querySelector("[data-draft-state]");
    if (!place) return;
    place.lastElementChild.textContent = text;
    place.hidden = !text;
  };
  let timer;
  let sent = false;
  const draft = kept.read(key);
  if (draft && !area.value.trim()) {
    area.value = draft.text;
    say(word("restored"));
  }
  form.addEventListener("composer:changed", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (sent) return;
      const isSafe = kept.save(key, area.value);
      form.toggleAttribute("data-kept", isSafe);
      say(isSafe && area.value.trim() ? word("draft") : "");
    }, 400);
  });
  form.addEventListener("submit", () => {
    sent = true;
    kept.sending(key);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) sent = false;
  });
}

/** Keeps what is written in forms that name a place, and brings it back into an empty one. Before composers start. */
export function startDrafts() {
  const kept = drafts(storage());
  const posts = [...document.querySelectorAll(".post .prose")].map((words) => words.textContent).join("\n");
  if (posts) kept.arrived(posts);
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form, kept);
}
