// Words are never lost: what stands in a composer is kept on this device and, for members, on the site until it was
// sent. A form names its place in data-draft and where the site keeps drafts in data-draft-url, says
// `composer:changed`, and hears by data-kept that its words are safe.
import { element } from "./dom.js";
import { onTheWall } from "./time.js";
import { word } from "./words.js";

const PREFIX = "convoy.draft.";
const KEEP = 30 * 24 * 3600 * 1000;
const JUST_SENT = 10 * 60 * 1000;
const ANSWER = /^f\d+$/; // an entry of a board's form
const FIELDS = ["title", "title_was", "tags", "reply_to", "to"]; // what a form says beside its words, with the lane

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
    /** True when the words are safe. Empty ones forget the draft. `more`: their revision, and `words` beside them. */
    save(key, text, more = {}) {
      const said = Object.entries(more.words ?? {}).filter(([name]) => isSaid(name));
      if (![text, ...said.map(([, value]) => value)].some((value) => value.trim())) {
        this.forget(key);
        return true;
      }
      return write(key, { text, at: now(), ...more });
    },
    /** The form is on its way: kept, with the key that makes it count once, until the site shows that it arrived. */
    sending(key, once = "") {
      const draft = read(key);
      if (draft) write(key, { ...draft, sent: now(), once });
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

/** Whether an entry beside the words says something by itself: a lane is chosen in every form. */
function isSaid(name) {
  return name === "title" || name === "tags" || ANSWER.test(name);
}

/** Whether two drafts say the same beside their words; what is not known of one does not tell them apart. */
function alike(mine, theirs) {
  if (!mine || !theirs) return true;
  const names = Object.keys({ ...mine, ...theirs }).filter(isSaid);
  return names.every((name) => (mine[name] ?? "") === (theirs[name] ?? ""));
}

/** Lines as a text area has them: forms are sent with other ends of lines. */
export function lines(text) {
  return (text ?? "").replace(/\r\n?/g, "\n");
}

/**
 * What to do with words of this device where the site has a draft, or none (revision 0).
 * "ours": these go on · "theirs": the site's go on · "both": somebody has to choose · "gone": done elsewhere.
 */
export function compare(local, site) {
  if (!local) return "theirs";
  if (local.text === site.text && (local.sent || alike(local.words, site.words))) return "theirs";
  if (!site.revision && local.base) return local.synced ? "gone" : "ours";
  if ((local.base ?? 0) === site.revision) return local.synced ? "theirs" : "ours";
  return local.synced ? "theirs" : "both";
}

function storage() {
  try {
    return window.localStorage;
  } catch {
    return {};
  }
}

function hand() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join("");
}

/** Puts what a draft holds into an entry of the board's form; of several things each stands on a line. */
function answer(field, said = "") {
  if (field.matches("[type=checkbox], [type=radio]")) field.checked = said.split("\n").includes(field.value);
  else field.value = said;
}

class Keeper {
  constructor(form, area, kept) {
    this.form = form;
    this.area = area;
    this.kept = kept;
    this.key = form.dataset.draft;
    this.url = form.dataset.draftUrl;
    this.revision = form.elements.draft_revision;
    // Several people may share a browser: each member's words are their own, and a guest's go to who signs in.
    const whose = this.revision?.dataset.whose;
    this.here = whose ? `${this.key}@${whose}` : this.key;
    this.panel = form.querySelector("[data-draft-other]");
    this.dirty = this.sent = false;
    // Two pages may hold the same form, back and forward or in two tabs: each writes in its own name.
    if (this.url) form.append(element("input", { type: "hidden", name: "writer", value: hand() }));
    this.known = !this.url || !form.matches("[data-dock]"); // the box of a thread asks when somebody enters it
    const local = this.readHere();
    if (this.known)
      this.reconcile({ revision: this.base, words: { ...this.beside, body: area.value } }, local);
    else if (local && !area.value.trim()) this.put(local);
    for (const name of ["input", "change", "composer:changed"])
      form.addEventListener(name, () => this.onChange());
    form.addEventListener("submit", () => this.onSubmit());
    area.addEventListener("focus", () => this.ask());
    window.addEventListener("online", () => this.dirty && this.send());
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.sent = false;
    });
    this.panel?.querySelector("[data-draft-take]").addEventListener("click", () => this.settle("theirs"));
    this.panel?.querySelector("[data-draft-keep]").addEventListener("click", () => this.settle("mine"));
  }

  /** What lies on this device for whoever is here. */
  readHere() {
    const own = this.kept.read(this.here);
    if (own || this.here === this.key) return own;
    const guests = this.kept.read(this.key);
    if (guests && this.kept.save(this.here, guests.text, guests)) this.kept.forget(this.key);
    return guests;
  }

  get base() {
    return Number(this.revision?.value) || 0;
  }

  set base(revision) {
    if (this.revision) this.revision.value = revision;
  }

  /** What the form says beside its words, as the site keeps it: of several choices each on a line. */
  get beside() {
    const said = {};
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value !== "string" || !(FIELDS.includes(name) || name === "lane" || ANSWER.test(name)))
        continue;
      said[name] = name in said ? `${said[name]}\n${value}` : lines(value);
    }
    return said;
  }

  /** Words of this device, back in the form. What was sent before goes under its own key again, so it counts once. */
  put(local) {
    this.area.value = local.text;
    const words = local.words ?? {};
    const isAnswering = Boolean(this.form.elements.reply_to?.value); // somebody was chosen just now
    this.write(words, (name) => words[name] && !(name === "reply_to" && isAnswering));
    if (local.once && this.form.elements.key) this.form.elements.key.value = local.once;
    this.say("restored");
  }

  /** The box of a thread was entered: is there a draft from another device? */
  async ask() {
    if (this.known) return;
    this.known = true;
    try {
      const answer = await fetch(`${this.url}?place=${encodeURIComponent(this.key)}`, {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(answer.status);
      const site = await answer.json();
      const local = this.area.value.trim() ? (this.readHere() ?? { text: this.area.value, base: 0 }) : null;
      this.reconcile(site, local && { ...local, text: this.area.value });
    } catch {
      this.known = false;
    }
  }

  reconcile(site, local) {
    const text = lines(site.words.body);
    const verdict = compare(local, { revision: site.revision, text, words: site.words });
    // Until somebody chose, the words here stand on what they stood on: whichever go, they are set aside.
    this.base = verdict === "both" ? (local.base ?? 0) : site.revision;
    if (verdict === "gone") {
      this.kept.forget(this.here);
      if (this.area.value !== text) this.fill(site.words);
    } else if (verdict === "theirs") {
      if (this.area.value !== text) this.fill(site.words);
      if (site.revision) this.say("restored");
    } else {
      // A quotation that was asked for just now goes below what was written before.
      const asked = !site.revision && text.trim() && location.search.includes("quote=");
      if (asked && !local.text.includes(text.trim())) local.text = `${local.text.trimEnd()}\n\n${text}`;
      this.put(local);
      if (verdict === "both") this.show(site);
      else this.onChange();
    }
  }

  fill(words) {
    this.area.value = words.body ?? "";
    this.write(words);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Puts what is meant of these entries beside the words: empty where nothing is said, save that a lane is always chosen. */
  write(words, isMeant = () => true) {
    for (const field of this.form.elements) {
      const { name, type, value } = field;
      if (!isMeant(name)) continue;
      if (ANSWER.test(name)) answer(field, words[name]);
      else if (name === "to")
        field.value = words.to || value; // or as the address has it
      else if (FIELDS.includes(name)) field.value = words[name] ?? "";
      else if (name === "lane" && type === "radio" && value === words.lane) field.checked = true;
    }
  }

  onChange() {
    if (this.sent) return;
    this.dirty = true;
    clearTimeout(this.timer);
    clearTimeout(this.sendTimer);
    this.timer = setTimeout(() => this.keepHere(), 400);
    // Until somebody chose, the site has the other device's words, and this one keeps its own.
    if (this.url && !this.waiting) this.sendTimer = setTimeout(() => this.send(), 1500);
  }

  keepHere(synced = false) {
    if (this.sent) return false;
    const words = this.beside;
    const isSafe = this.kept.save(this.here, this.area.value, { base: this.base, synced, words });
    this.form.toggleAttribute("data-kept", isSafe);
    if (!synced && !this.url) this.say(this.area.value.trim() ? (isSafe ? "draft" : "draftNot") : "");
    return isSafe;
  }

  body(settle) {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name); // they go by themselves
    data.set("place", this.key);
    if (settle) data.set("settle", settle);
    return data;
  }

  /** To the site: one at a time, the newest words last. */
  async send({ leaving = false, settle = "" } = {}) {
    if (!this.url || this.sent || (this.waiting && !settle)) return;
    if (this.flight && !leaving) {
      this.again = true;
      return;
    }
    const isSafe = this.keepHere();
    this.dirty = false;
    const flight = new AbortController();
    this.flight = flight;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        body: this.body(settle),
        headers: { Accept: "application/json" },
        keepalive: leaving,
        signal: flight.signal,
      });
      if (answer.status !== 200 && answer.status !== 409) throw new Error(answer.status);
      this.hear(await answer.json(), answer.status === 409, settle);
    } catch {
      if (flight.signal.aborted) return;
      this.dirty = true;
      this.say(isSafe ? "draft" : "draftNot");
      clearTimeout(this.sendTimer);
      this.sendTimer = setTimeout(() => this.send(), 20_000);
    } finally {
      if (this.flight === flight) this.flight = null;
    }
    if (this.again) {
      this.again = false;
      this.send();
    }
  }

  hear(site, isConflict, settle) {
    if (isConflict && site.revision) return this.show(site);
    this.base = site.revision;
    if (isConflict) return this.say("draftElsewhere");
    if (settle) this.waiting = null;
    if (settle === "theirs") this.fill(site.words);
    if (this.dirty) return;
    this.form.toggleAttribute("data-kept", true);
    this.kept.save(this.here, this.area.value, { base: this.base, synced: true, words: this.beside });
    this.say(site.at ? "draftSaved" : "", site.at ? { time: onTheWall(Date.parse(site.at)).time } : {});
  }

  /** Two devices wrote: both versions are on the screen until somebody chooses. */
  show(site) {
    this.waiting = site;
    if (!this.panel) return;
    const words = [site.words.title, site.words.body].filter(Boolean).join("\n\n");
    this.panel.querySelector("[data-draft-words]").textContent = words;
    this.panel.hidden = false;
    this.say("draft");
    this.keepHere();
  }

  async settle(whose) {
    await this.send({ settle: whose });
    if (!this.waiting) this.panel.hidden = true;
    this.area.focus();
  }

  leave() {
    if (!this.dirty || this.sent) return;
    this.keepHere();
    this.send({ leaving: true });
  }

  onSubmit() {
    this.keepHere();
    this.sent = true;
    this.again = false;
    clearTimeout(this.timer);
    clearTimeout(this.sendTimer);
    this.flight?.abort();
    this.kept.sending(this.here, this.form.elements.key?.value);
  }

  say(key, values = {}) {
    const place = this.form.querySelector("[data-draft-state]");
    if (!place) return;
    place.lastElementChild.textContent = key ? word(key, values) : "";
    place.hidden = !key;
    place.toggleAttribute("data-warn", key === "draftNot" || key === "draft");
  }
}

/** Keeps what is written in forms that name a place, and brings it back into an empty one. Before composers start. */
export function startDrafts() {
  const kept = drafts(storage());
  // Posted, or waiting to be published: it stands on one of these.
  const shown = document.querySelectorAll(".post .prose, .letter .prose, .draft-words");
  const posts = [...shown].map((words) => words.textContent).join("\n");
  if (posts) kept.arrived(posts);
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const area = form.querySelector("[data-composer] textarea, textarea[name='body']");
    if (area) new Keeper(form, area, kept);
  }
}
