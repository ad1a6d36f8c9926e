// Pictures and files of a text: pasted, dropped or chosen; sent at once with progress, and named in the text when they
// are there. A line of the text holds their place meanwhile. What they show is written beside them, for everybody.
import { apply } from "./composer.js";
import { element, icon } from "./dom.js";
import { toast } from "./toast.js";
import { counted, word } from "./words.js";

const HOLDS = /!\[[^\]\n]*\]\(upload:\d+\)\n?/g;

/** A text safe between the brackets of Markdown. */
export function plainAlt(text) {
  return text
    .replace(/[[\]\\`]/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}

/** What names an upload in the text: a picture with its words, a document as a link. */
export function markdownOf({ kind, name, markdown_url: address }, alt) {
  return kind === "picture" ? `![${plainAlt(alt)}](${address})` : `[${plainAlt(name)}](${address})`;
}

/** `line` on a line of its own at the caret. */
export function inserted({ text, start, end }, line) {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const lead = !before || before.endsWith("\n") ? "" : "\n";
  const tail = after.startsWith("\n") ? "" : "\n";
  const at = before.length + lead.length + line.length + 1;
  return { text: before + lead + line + tail + after, start: at, end: at };
}

/** The text with `old` become `made`; a place held by a whole line goes with its line when nothing is made of it. */
export function exchanged({ text, start, end }, old, made) {
  const at = old ? text.indexOf(old) : -1;
  if (at < 0) return null;
  const taken = !made && text[at + old.length] === "\n" ? old.length + 1 : old.length;
  const by = made.length - taken;
  const move = (place) => (place <= at ? place : place >= at + taken ? place + by : at + made.length);
  return { text: text.slice(0, at) + made + text.slice(at + taken), start: move(start), end: move(end) };
}

/** "3.4 MB", as the page's language writes it. */
export function sized(bytes, language) {
  const [unit, value] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
  const options = { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 };
  return new Intl.NumberFormat(language, options).format(value);
}

let uploads = 0;

class Upload {
  constructor(room, file) {
    uploads += 1;
    this.room = room;
    this.file = file;
    this.id = uploads;
    this.name = file.name && file.name !== "image.png" ? file.name : word("pastedPicture");
    this.key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.mark = `![${plainAlt(word("uploading", { name: this.name }))}](upload:${this.id})`;
    this.draw();
    const { mark } = this;
    room.write((state) => inserted(state, mark));
    this.send();
  }

  get isPending() {
    return !this.made && !this.hasFailed;
  }

  draw() {
    const at = `upload-${this.id}`;
    this.thumb = element("span", { class: "composer-thumb", "aria-hidden": "true" }, icon("image"));
    this.said = element("span", { id: `${at}-said` }, sized(this.file.size, document.documentElement.lang));
    this.bar = element("progress", {
      class: "progress",
      max: 100,
      value: 0,
      "aria-labelledby": `${at}-said`,
    });
    this.alt = element("input", { class: "input", id: `${at}-alt`, maxlength: 300, autocomplete: "off" });
    this.alt.addEventListener("change", () => this.describe());
    this.alt.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // not the whole form
    });
    this.words = element(
      "div",
      { class: "field" },
      element(
        "label",
        { class: "label", for: `${at}-alt` },
        word("altLabel"),
        element("small", {}, word("altWhy")),
      ),
      this.alt,
    );
    this.again = this.button("undo", word("uploadAgain", { name: this.name }), () => this.send());
    this.away = this.button("close", word("uploadStop", { name: this.name }), () => this.remove());
    this.again.hidden = true;
    this.row = element(
      "li",
      { class: "composer-file" },
      this.thumb,
      element(
        "div",
        {},
        element("p", { class: "composer-file-h" }, element("b", {}, this.name), this.said),
        this.bar,
        this.words,
      ),
      element("span", { class: "composer-file-acts" }, this.again, this.away),
    );
    this.thumb.addEventListener("picture-lost", () => this.lost());
    this.words.hidden = !this.file.type.startsWith("image/");
    this.room.list.append(this.row);
  }

  button(name, label, act) {
    const made = element("button", { type: "button", class: "icon-btn", title: label }, icon(name));
    made.append(element("span", { class: "vh" }, label));
    made.addEventListener("click", act);
    return made;
  }

  send() {
    this.hasFailed = false;
    this.again.hidden = true;
    this.bar.hidden = false;
    this.row.classList.remove("composer-file-failed");
    this.request = new XMLHttpRequest(); // fetch tells nothing of what was sent so far
    this.request.open("POST", this.room.address);
    this.request.setRequestHeader("Accept", "application/json");
    this.request.setRequestHeader("X-CSRFToken", this.room.token);
    this.request.responseType = "json";
    this.request.upload.addEventListener("progress", (event) => this.progress(event));
    this.request.addEventListener("load", () => this.answered());
    this.request.addEventListener("error", () => this.fail(word("offline")));
    const body = new FormData();
    body.set("idempotency_key", this.key);
    body.set("file", this.file, this.file.name || "pasted.png");
    this.request.send(body);
  }

  progress({ loaded, total }) {
    const language = document.documentElement.lang;
    this.bar.value = total ? (loaded / total) * 100 : 0;
    this.said.textContent = word("uploadOf", {
      done: sized(loaded, language),
      total: sized(total, language),
    });
  }

  answered() {
    const { status, response } = this.request;
    if (status !== 201 || !response) {
      this.fail(response?.error || word("uploadFailed"));
      return;
    }
    this.made = response;
    this.bar.hidden = true;
    this.said.textContent = sized(this.file.size, document.documentElement.lang);
    this.words.hidden = response.kind !== "picture";
    this.away.title = word("uploadRemove", { name: this.name });
    this.away.querySelector(".vh").textContent = this.away.title;
    if (response.kind === "picture" && response.url) {
      const { width, height } = response;
      this.thumb.replaceChildren(element("img", { src: response.url, alt: "", width, height }));
    }
    const text = markdownOf(response, this.alt.value);
    this.become(text, (state) => inserted(state, text));
    if (response.note) this.row.querySelector(".composer-file-h").after(element("p", {}, response.note));
    this.room.settled([word("uploadDone", { name: this.name }), response.note].filter(Boolean).join(" "));
  }

  fail(reason) {
    this.hasFailed = true;
    this.bar.hidden = true;
    this.again.hidden = false;
    this.row.classList.add("composer-file-failed");
    this.said.textContent = reason;
    this.room.settled(`${this.name}: ${reason}`);
  }

  /** It arrived whole, and yet no picture could be made of it. */
  lost() {
    if (!this.made) return;
    this.made = null;
    this.become("");
    this.fail(word("uploadLost"));
    this.again.hidden = true; // the same file, the same end
    this.words.hidden = true;
    this.thumb.replaceChildren(icon("alert"));
  }

  describe() {
    if (!this.made) return;
    this.become(markdownOf(this.made, this.alt.value));
  }

  /** What stands for this file in the text is another text from now on; `otherwise` where somebody took it out. */
  become(text, otherwise = () => null) {
    const { mark } = this;
    this.room.write((state) => exchanged(state, mark, text) ?? otherwise(state));
    this.mark = text;
  }

  remove() {
    this.request.abort();
    this.become("");
    this.row.remove();
    this.room.forget(this);
  }
}

class Room {
  constructor(box) {
    this.area = box.querySelector("textarea");
    this.form = this.area.form;
    this.address = box.dataset.uploadUrl;
    this.most = Number(box.dataset.uploadMost) || 0;
    this.all = [];
    this.changes = [];
    this.list = element("ul", { class: "composer-files", "aria-label": word("files"), hidden: true });
    this.said = element("p", { role: "status", class: "composer-files-said", hidden: true });
    this.limit = element("p", { role: "status", class: "composer-files-said", hidden: true });
    this.area.after(this.list, this.limit, this.said);
    this.chooser = element("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
    this.chooser.setAttribute("aria-hidden", "true");
    this.chooser.accept = "image/*,.heic,.avif,.pdf,.gpx";
    box.append(this.chooser);
    this.chooser.addEventListener("change", () => {
      this.take([...this.chooser.files]);
      this.chooser.value = "";
    });
    box.addEventListener("click", (event) => {
      if (event.target.closest("[data-tool='picture']")) this.chooser.click();
    });
    this.area.addEventListener("paste", (event) => this.onPaste(event), { capture: true });
    this.area.addEventListener("compositionstart", () => {
      this.isComposing = true;
    });
    // After the browser has put the composed words in.
    this.area.addEventListener("compositionend", () => {
      this.isComposing = false;
      setTimeout(() => this.catchUp());
    });
    for (const kind of ["dragenter", "dragover"])
      box.addEventListener(kind, (event) => this.onDrag(event, true));
    for (const kind of ["dragleave", "drop"])
      box.addEventListener(kind, (event) => this.onDrag(event, false));
    box.addEventListener("drop", (event) => this.take([...(event.dataTransfer?.files ?? [])]));
    this.form?.addEventListener("submit", (event) => this.onSubmit(event), { capture: true });
    // A draft may hold the place of what never arrived.
    this.vacate();
    this.box = box;
  }

  vacate() {
    const left = this.area.value.replace(HOLDS, "");
    if (left !== this.area.value) this.area.value = left;
  }

  get token() {
    return this.form?.elements.csrfmiddlewaretoken?.value ?? "";
  }

  onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    // Text from an office program comes with a picture of itself: the text is meant.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.take(files);
  }

  onDrag(event, on) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.box.toggleAttribute("data-dropping", on);
  }

  take(files) {
    const room = this.most ? Math.max(0, this.most - this.all.length) : files.length;
    for (const file of files.slice(0, room)) this.all.push(new Upload(this, file));
    this.list.hidden = !this.all.length;
    if (files.length > room) this.tell(this.limit, word("tooManyFiles", { max: this.most }));
    else this.count();
  }

  forget(upload) {
    this.all = this.all.filter((other) => other !== upload);
    this.list.hidden = !this.all.length;
    this.count();
    // It goes by itself no more: what is written and added from now on is sent by whoever writes it.
    if (this.waiting && !this.all.some((other) => other.isPending)) {
      this.waiting = null;
      this.say(word("uploadsStopped"));
    }
    this.area.focus();
  }

  /** How many there are, once that begins to matter. */
  count() {
    const near = this.most && this.all.length >= this.most / 2;
    this.tell(this.limit, near ? word("filesOf", { n: this.all.length, max: this.most }) : "");
  }

  say(text) {
    this.tell(this.said, text);
  }

  tell(place, text) {
    place.textContent = text;
    place.hidden = !text;
  }

  /** Changes the text and leaves the focus where it was. While an input method composes, the change waits. */
  write(change) {
    if (this.isComposing) {
      this.changes.push(change);
      return;
    }
    const focused = document.activeElement;
    const { value: text, selectionStart: start, selectionEnd: end } = this.area;
    const next = change({ text, start, end });
    if (next) apply(this.area, next);
    if (focused && focused !== this.area && focused !== document.body) focused.focus({ preventScroll: true });
  }

  catchUp() {
    for (const change of this.changes.splice(0)) this.write(change);
  }

  settled(text) {
    this.say(text);
    if (this.waiting && !this.all.some((upload) => upload.isPending)) {
      const { submitter, files } = this.waiting;
      this.waiting = null;
      // One that had failed before the button was pressed holds up nothing: it was there to be seen.
      if (!files.some((upload) => upload.hasFailed)) this.form.requestSubmit(submitter);
    }
  }

  /** A text that waits for its pictures goes by itself as soon as they are there. */
  onSubmit(event) {
    this.isComposing = false;
    this.catchUp();
    const pending = this.all.filter((upload) => upload.isPending);
    if (!pending.length) {
      this.vacate(); // what was refused does not come any more: its place is not to be published
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    this.waiting = { submitter: event.submitter, files: pending };
    this.say(counted("uploadsWait", pending.length));
  }
}

/** A guest can add nothing yet: a file that is dropped would else be opened in place of the page. */
function decline(box) {
  const said = (event, files) => {
    if (!files?.length) return;
    event.preventDefault();
    toast(word("filesLater"));
  };
  box.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  box.addEventListener("drop", (event) => said(event, event.dataTransfer?.files));
  box.addEventListener("paste", (event) => {
    if (!event.clipboardData?.types.includes("text/plain")) said(event, event.clipboardData?.files);
  });
}

export function startUploads() {
  for (const box of document.querySelectorAll("[data-uploads]")) new Room(box);
  for (const box of document.querySelectorAll("[data-composer]")) {
    if (box.closest("form")?.elements.guest) decline(box);
  }
}
