// The desk by keyboard: one key an act. Every act is a link or a form that works without any of this.
import { apply, stateOf } from "./composer.js";
import { composes, element, isTyping } from "./dom.js";
import { isOff, step } from "./keys.js";
import { startQueue } from "./queue.js";
import { toast } from "./toast.js";

const ABOVE = 96; // pixels of what stands over the editor
const HOLD = 5 * 60 * 1000; // the server keeps the mark "is answering" for longer

/** What a key means on the desk: a step through the queue, the help, or the name of an act. */
export function meaning(key) {
  if (key === "j") return { by: 1 };
  if (key === "k") return { by: -1 };
  if (key === "?") return { help: true };
  return "oracqtplbfsnuw".includes(key) && key.length === 1 ? { act: key } : null;
}

function rows() {
  return [...document.querySelectorAll("[data-desk-row]")];
}

function walk(by, desk) {
  const all = rows();
  const open = all.findIndex((row) => row.getAttribute("aria-current"));
  let at = all.findIndex((row) => row.contains(document.activeElement));
  if (at < 0) at = open;
  const row = all[step(at, by, all.length)];
  const link = row?.querySelector("h3 a");
  if (row?.getClientRects().length) {
    link?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  } else if (row && row !== all[open]) {
    link?.click(); // the queue is out of sight: a step is the next thread itself
  } else toast(by > 0 ? desk.dataset.deskEnd : desk.dataset.deskFirst);
}

/** Take back what was done last; where that stands, say so and why, and take back what was done before it when asked
 * once more. Nothing moves on the page: where the button is may be out of sight. */
function takeBack(desk) {
  const told = desk.querySelector("[data-desk-undo]");
  const button = told?.querySelector("button");
  if (button && (!("deskAsk" in button.dataset) || "asked" in told.dataset)) {
    button.click();
    return;
  }
  if (!told) {
    toast(desk.dataset.deskNothing);
    return;
  }
  const lines = [...told.querySelectorAll("p")].map((line) => line.textContent);
  if (button) lines.push(told.dataset.again);
  told.dataset.asked = "";
  toast(element("span", {}, ...lines.flatMap((line) => [line, element("br")]).slice(0, -1)));
}

function open() {
  const row = document.activeElement?.closest?.("[data-desk-row]");
  const link = row?.querySelector("h3 a") ?? document.querySelector("[data-desk-forum]");
  link?.click();
}

function act(key, desk) {
  if (key === "o") {
    open();
    return;
  }
  if (key === "u") {
    takeBack(desk);
    return;
  }
  const target = document.querySelector(`[data-desk-key="${key}"]`);
  if (!target) return;
  if (target.matches("details")) {
    target.open = true;
    target.querySelector("form :is(select, input:not([type=hidden]), textarea), .pop a")?.focus();
  } else if (key === "r") {
    const area = document.querySelector("form#reply textarea");
    area?.focus({ preventScroll: true });
    if (area) bringUp(area);
  } else target.click();
}

const BLANK = /(?<!\\)\{[a-z]{1,20}\}/;

/** A text area's state with an answer set in where the caret was, its first open blank chosen. */
export function begun({ text, start, end }, answer) {
  const before = text.slice(0, start).trimEnd();
  const after = text.slice(end).trimStart();
  const head = before ? `${before}\n\n` : "";
  const open = BLANK.exec(answer);
  const from = head.length + (open ? open.index : answer.length);
  return {
    text: head + answer + (after ? `\n\n${after}` : ""),
    start: from,
    end: open ? from + open[0].length : from,
  };
}

/** Put a chosen answer into the editor without leaving the page. */
function takeAnswers(desk) {
  desk.addEventListener("click", (event) => {
    const chosen = event.target.closest?.("[data-canned]");
    const area = desk.querySelector("form#reply textarea");
    if (!chosen || !area) return;
    event.preventDefault();
    chosen.closest("details").open = false;
    apply(area, begun(stateOf(area), chosen.dataset.canned));
    bringUp(area);
  });
}

/** Offer answers as they are worded now: somebody may have changed one since this page was drawn. */
function freshenAnswers(offers) {
  offers.addEventListener("toggle", async () => {
    if (!offers.open) return;
    let page;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return; // the line is away: what stands there is the best there is
    }
    const [mine, theirs] = [offers, page].map((root) => root.querySelector(".canned-pop"));
    if (!theirs || mine.innerHTML === theirs.innerHTML) return;
    const at = [...mine.querySelectorAll("a")].indexOf(document.activeElement);
    mine.replaceChildren(...theirs.childNodes);
    mine.querySelectorAll("a")[at]?.focus();
  });
}

/** Bring the editor into sight within its pane; the page itself stays where it is. */
function bringUp(area) {
  const pane = area.closest(".pane");
  if (getComputedStyle(pane).overflowY === "visible") area.scrollIntoView({ block: "nearest" });
  else pane.scrollTop += area.getBoundingClientRect().top - pane.getBoundingClientRect().top - ABOVE;
}

/** Let the others see that this thread is being answered, from the first word on. */
function watchAnswering(form) {
  let told = 0;
  form.addEventListener("input", async (event) => {
    if (!event.target.matches("textarea") || Date.now() - told < HOLD) return;
    told = Date.now();
    const sent = new FormData();
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    sent.set("version", "0");
    try {
      const answer = await fetch(form.dataset.deskAnswering, {
        method: "POST",
        body: sent,
        headers: { Accept: "application/json" },
      });
      if (answer.status === 409 || answer.status === 404) {
        const { said } = await answer.json().catch(() => ({})); // who else is at it, or where the thread went
        if (said) toast(said);
      }
    } catch {
      told = 0; // the line is away: the next word tries again
    }
  });
}

/** Whether a key sends the form it was pressed in: Enter on a choice, as on a line of text. A choice that is open takes
 * its own Enter, and browsers tell nobody of that one. */
export function sends(event) {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  return !event.defaultPrevented && !composes(event) && Boolean(event.target.matches?.(".pop select"));
}

/** Whether a key leaves the editor: Escape, where nothing that is open takes it first. */
export function leaves(event) {
  if (event.key !== "Escape" || event.defaultPrevented || composes(event)) return false;
  return Boolean(event.target.matches?.("form#reply textarea"));
}

export function startDesk() {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const help = document.getElementById("desk-keys");
  const form = desk.querySelector("[data-desk-answering]");
  if (form) watchAnswering(form);
  takeAnswers(desk);
  const offers = desk.querySelector("details.canned");
  if (offers) freshenAnswers(offers);
  const news = desk.querySelector("[data-desk-live]");
  if (news) startQueue(news);
  // Going to the fragment takes the focus away again, so the editor gets it after that.
  if (location.hash === "#reply")
    window.addEventListener("load", () => setTimeout(act, 0, "r", desk), { once: true });
  document.addEventListener("keydown", (event) => {
    if (sends(event)) {
      event.preventDefault();
      event.target.form?.requestSubmit();
      return;
    }
    if (leaves(event)) {
      // The words stay in the box, and their draft is kept as they are written; every other key is an act again.
      desk.querySelector('[data-desk-key="r"]')?.focus({ preventScroll: true });
      if (document.activeElement === event.target) event.target.blur();
      return;
    }
    if (event.key === "Escape") {
      for (const one of desk.querySelectorAll(".acts details[open]")) {
        one.open = false;
        one.querySelector("summary").focus({ preventScroll: true });
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || composes(event) || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") || isOff()) return;
    const meant = meaning(event.key);
    if (!meant) return;
    event.preventDefault();
    if (meant.act !== "u") delete desk.querySelector("[data-desk-undo]")?.dataset.asked;
    if (meant.by) walk(meant.by, desk);
    else if (meant.help) help?.showModal();
    else act(meant.act, desk);
  });
}
