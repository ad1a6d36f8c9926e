// Changing a thread's page in place: nothing moves before the reader's eyes, the keyboard stays where it was, and what
// somebody has opened stays open.
import { uncover } from "./dock.js";
import { element } from "./dom.js";

const ACTS = ["href", "formaction", "name", "value", "data-react"];

/** Change the column of posts without moving what is before the reader's eyes. */
export function keepPlace(column, act) {
  const seen = inSight(column);
  const top = seen && standing(seen).getBoundingClientRect().top;
  act();
  // By number: where a post went to another thread, a stub of its own stands in its place.
  const after = seen && standing(document.getElementById(seen.id));
  const moved = after ? after.getBoundingClientRect().top - top : 0;
  if (Math.abs(moved) > 0.5) window.scrollBy({ top: moved, behavior: "instant" });
}

/** The anchor of the first post that begins in the window; where none does, of the one that fills it. */
function inSight(column) {
  let filling;
  for (const mark of column.querySelectorAll(":scope > .anchor")) {
    const { top, bottom } = standing(mark)?.getBoundingClientRect() ?? {};
    if (top >= 0 && top < innerHeight) return mark;
    if (bottom > 0) filling ??= mark;
  }
  return filling;
}

/** The post behind an anchor, whatever has become of it. */
function standing(mark) {
  return mark?.nextElementSibling;
}

/** Put `fresh` where `shown` stands; the same when nothing differs. An opened menu stays open, focus stays with its act. */
export function putInstead(shown, fresh) {
  if (shown.outerHTML === fresh.outerHTML) return;
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  keepBallots(shown, fresh);
  const open = [...shown.querySelectorAll("details")].map((details) => details.open);
  for (const [place, details] of fresh.querySelectorAll("details").entries())
    details.open = open[place] ?? false;
  shown.replaceWith(fresh);
  if (!focused) return;
  const same = alike(fresh, focused);
  if (!same) fresh.tabIndex = -1;
  (same ?? fresh).focus({ preventScroll: true });
}

/** A poll that somebody voted in or is about to stays as it is: pages that many share do not know of the vote. */
function keepBallots(shown, fresh) {
  for (const poll of shown.querySelectorAll("[data-poll]")) {
    const isInUse = poll.contains(document.activeElement) || poll.querySelector("input:checked");
    if (isInUse || poll.matches("[data-voted]")) fresh.querySelector(`[id="${poll.id}"]`)?.replaceWith(poll);
  }
}

/** What does the same inside `fresh` as `old` did where it stood. */
function alike(fresh, old) {
  const said = (node) => [node.tagName, ...ACTS.map((name) => node.getAttribute(name))].join(" ");
  return [...fresh.querySelectorAll(old.tagName)].find((node) => said(node) === said(old));
}

/** Make one part of the column as it is in the fresh one: changed, gone, or there now behind `after`. */
export function swap(column, freshColumn, selector, after) {
  const [shown, fresh] = [column, freshColumn].map((one) => one.querySelector(`:scope > ${selector}`));
  if (shown && fresh) putInstead(shown, fresh);
  else if (shown) shown.remove();
  else if (fresh) column.querySelector(`:scope > ${after}`)?.after(fresh);
}

/** Make the posts that both columns have as they are in the fresh one; [number, post] of those that only it has. */
export function takePosts(column, freshColumn) {
  const more = [];
  for (const mark of freshColumn.querySelectorAll(":scope > .anchor")) {
    const fresh = standing(mark);
    const shown = standing(column.querySelector(`:scope > #${mark.id}`));
    if (fresh && shown) {
      shown.classList.remove("arrived");
      putInstead(shown, fresh);
    } else if (fresh) more.push([Number(mark.id.slice(1)), fresh]);
  }
  return more;
}

/** The lines that say what was done to the thread, each behind its post. */
export function takeLog(column, freshColumn) {
  for (const line of column.querySelectorAll(":scope > .log-line")) line.remove();
  let place = null;
  for (const node of [...freshColumn.children]) {
    if (node.matches(".anchor")) place = standing(column.querySelector(`:scope > #${node.id}`)) ?? place;
    else if (node.matches(".log-line") && place) {
      place.after(node);
      place = node;
    }
  }
}

/**
 * The reply box closes where nobody may write any more; where it opens again stands the way to the form. A box with
 * words in it stays with them and says why they cannot be sent now.
 */
export function takeDock(page) {
  const shown = document.getElementById("reply");
  const fresh = page.getElementById("reply");
  if (!shown || !fresh) return;
  const isClosed = fresh.matches(".dock-closed");
  if (shown.querySelector("textarea")?.value.trim()) mark(shown, isClosed ? fresh : null);
  else if (isClosed) {
    uncover(shown);
    shown.replaceWith(fresh);
  } else if (shown.matches(".dock-closed")) {
    const label = fresh.querySelector(".dock-tools > .btn-primary")?.textContent.trim() ?? "";
    const link = element("a", { class: "btn btn-primary btn-s", href: fresh.getAttribute("action") }, label);
    shown.replaceChildren(element("p", {}, link));
  } else mark(shown, null);
}

/** Say on a reply box why it cannot be sent, as the `closed` one does; take that back when there is none. */
function mark(form, closed) {
  const text = closed?.querySelector("p").firstChild.textContent.trim() ?? "";
  const old = form.querySelector("[data-dock-why]");
  for (const button of form.querySelectorAll(".dock-tools button[name='later'], .dock-tools .btn-primary"))
    button.disabled = Boolean(closed);
  if (old?.textContent === text) return;
  old?.remove();
  if (!closed) return;
  const line = element("p", { class: "warn", role: "alert", "data-dock-why": true }, text);
  form.querySelector(".dock-tools, .form-acts").before(line);
}
