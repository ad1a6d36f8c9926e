// Polls answer where they stand: a vote is sent, and what the server draws takes the place of the ballot paper. What a
// guest chose is not in pages that many share, so it is fetched for polls that this browser knows it voted in.
import { icon } from "./dom.js";
import { startRanker } from "./ranker.js";
import { startTallies } from "./tallies.js";
import { localise } from "./time.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const KEPT = "convoy:polls";
const SEED = "convoy:ballot";
const MOST_KEPT = 200;

function voted() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** Remember in this browser that there is a vote to look for, or that there is none any more. */
function remember(id, isThere) {
  try {
    const rest = voted().filter((one) => one !== id);
    localStorage.setItem(KEPT, JSON.stringify((isThere ? [...rest, id] : rest).slice(-MOST_KEPT)));
  } catch {
    // Storage is closed: the page of the result still knows.
  }
}

let said;

/** Say something to those who do not see the page change. */
export function say(text) {
  if (!said) {
    said = document.createElement("p");
    said.className = "vh";
    said.setAttribute("role", "status");
    document.body.append(said);
  }
  said.textContent = "";
  requestAnimationFrame(() => {
    said.textContent = text;
  });
}

/** Put a poll as the server draws it in place of the one on the page. */
export function put(section, html) {
  const box = document.createElement("template");
  box.innerHTML = html; // drawn by our own server, every text in it escaped
  const fresh = box.content.querySelector("[data-poll]");
  if (!fresh) return null;
  section.replaceWith(fresh);
  localise(fresh);
  dress(fresh);
  document.dispatchEvent(new CustomEvent("poll:put", { detail: fresh }));
  return fresh;
}

function withStyle(address, section) {
  const url = new URL(address, location.href);
  url.searchParams.set("style", section.dataset.style);
  return url;
}

/** The poll as whoever looks sees it now. */
export async function fetchBox(section, address = section.dataset.box) {
  const answer = await fetch(withStyle(address, section), { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.text();
}

/** Lead to what changed, else to the question: the eye by scrolling as little as needed, the ear by the focus. */
function lead(section) {
  const changed = section.querySelector("[data-poll-focus]");
  const target = changed ?? section.querySelector(":is(h1, h2)[tabindex]");
  if (!target) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  if (!changed) return;
  const line = section.querySelector("[data-poll-result] .note-line");
  const counted = line ? [...line.children].filter((part) => part.matches("span")) : [];
  const parts = [changed.querySelector("strong") ?? changed, ...counted].map((part) =>
    part.textContent.trim(),
  );
  say(parts.join(", ").replace(/\s+/g, " "));
}

/** What tells a guest's vote that is sent again, because its answer was lost, from another guest's. */
function seed() {
  try {
    let kept = sessionStorage.getItem(SEED);
    if (!kept) {
      kept = crypto.randomUUID().replaceAll("-", "");
      sessionStorage.setItem(SEED, kept);
    }
    return kept;
  } catch {
    return "";
  }
}

/** Where many voted from one network the same vote counts some seconds later: nobody need press for it once more. */
function again(form, submitter, seconds) {
  setTimeout(
    () => {
      if (!form.isConnected || form.getAttribute("aria-busy") === "true") return;
      const buttons = [...form.querySelectorAll("button[name]")];
      send(
        form,
        buttons.find((one) => one.name === submitter?.name && one.value === submitter?.value),
      );
    },
    1000 * (Number(seconds) || 3) + 200,
  );
}

async function send(form, submitter) {
  const section = form.closest("[data-poll]");
  const body = new FormData(form, submitter);
  body.set("seed", seed());
  const refused = (why) => {
    form.removeAttribute("aria-busy");
    submitter?.removeAttribute("data-mine");
    toast(why || word("offline"));
  };
  form.setAttribute("aria-busy", "true");
  submitter?.setAttribute("data-mine", "");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(body), // no files: shorter on the way, and read in a moment
      headers: { "HX-Request": "true" },
    });
    const html = await answer.text();
    const fresh = html.includes("data-poll=") ? put(section, html) : null;
    if (!fresh) {
      const box = document.createElement("template");
      box.innerHTML = html;
      return refused(box.content.querySelector('[role="alert"]')?.textContent.trim());
    }
    remember(fresh.dataset.poll, fresh.hasAttribute("data-voted"));
    lead(fresh);
    const turn = fresh.querySelector('[data-poll-form] input[name="turn"]');
    if (turn && !form.elements.turn) again(turn.form, submitter, answer.headers.get("Retry-After"));
  } catch {
    refused();
  }
}

function dress(section) {
  for (const list of section.querySelectorAll("[data-ranker]")) startRanker(list, icon, say);
  const checks = section.querySelector(".checks[data-most]");
  checks?.addEventListener("change", () => limit(checks));
  if (checks) limit(checks);
}

/** With as many chosen as a ballot takes, the others wait until one is let go. */
function limit(list) {
  const boxes = [...list.querySelectorAll('input[type="checkbox"]')];
  const isFull = boxes.filter((box) => box.checked).length >= Number(list.dataset.most);
  for (const box of boxes) box.disabled = isFull && !box.checked;
}

/** The poll as it will stand, beside the form it is made with. */
function startMaker(form) {
  const place = document.querySelector(form.dataset.pollMaker);
  let timer;
  let turn = 0;
  const look = async () => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.set("preview", "1");
    const mine = ++turn;
    try {
      const answer = await fetch(location.href, { method: "POST", body, headers: { "HX-Request": "true" } });
      const html = await answer.text();
      if (answer.ok && mine === turn) place.innerHTML = html; // drawn by our own server
    } catch {
      // The next key asks again.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 600);
  });
  if (form.elements.question?.value) look();
}

/** Draw a poll anew where it stands, unless somebody is in the middle of it; spread out, for many hear the same. */
function refresh(section) {
  if (section.dataset.waits || section.querySelector("[data-poll-form] fieldset")) return;
  section.dataset.waits = "1";
  setTimeout(async () => {
    delete section.dataset.waits;
    if (!section.isConnected || section.contains(document.activeElement)) return;
    try {
      put(section, await fetchBox(section));
    } catch {
      // The next frame asks again.
    }
  }, Math.random() * 2000);
}

/** The first page as it is on a day without a poll: a hole where one could be would be a trial of the hole. */
function withoutPoll(slot) {
  const picture = document.querySelector("[data-without-poll]");
  const greeting = picture?.closest("section");
  const title = greeting?.querySelector("h2");
  if (!title) return;
  const first = document.createElement("h1");
  first.id = title.id;
  first.className = "display ph";
  first.append(...title.childNodes);
  title.replaceWith(first);
  greeting.classList.remove("greeting-after");
  picture.hidden = false;
  slot.remove();
}

/** Where chance decides which poll a guest sees, or none: the page is the same for all, so it asks. */
async function startTrial(slot) {
  let html = "";
  try {
    const answer = await fetch(slot.dataset.trial, { method: "POST", headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    html = answer.status === 204 ? "" : await answer.text();
  } catch {
    html = slot.querySelector("noscript").textContent; // as without a script
  }
  if (!html) return withoutPoll(slot);
  const box = document.createElement("template");
  box.innerHTML = html; // drawn by our own server, every text in it escaped
  slot.replaceChildren(box.content);
  localise(slot);
  for (const section of slot.querySelectorAll("[data-poll]")) {
    dress(section);
    document.dispatchEvent(new CustomEvent("poll:put", { detail: section }));
  }
}

export function startPolls() {
  for (const slot of document.querySelectorAll("[data-trial]")) startTrial(slot);
  const maker = document.querySelector("[data-poll-maker]");
  if (maker) startMaker(maker);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches?.("[data-poll-form]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") send(form, event.submitter);
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("[data-poll-fetch]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const section = link.closest("[data-poll]");
    try {
      const fresh = put(section, await fetchBox(section, link.dataset.pollFetch));
      const first = fresh?.querySelector(
        "[data-poll-form] :is(button, input, select)[data-mine], fieldset :is(button, input:not([type='hidden']), select)",
      );
      (first ?? fresh?.querySelector("h1, h2, h3"))?.focus();
    } catch {
      location.assign(link.href);
    }
  });
  const known = new Set(voted());
  for (const section of document.querySelectorAll("[data-poll]")) {
    dress(section);
    if (!section.hasAttribute("data-voted") && known.has(section.dataset.poll)) {
      fetchBox(section).then(
        (html) => put(section, html),
        () => {},
      );
    }
  }
  startTallies(refresh);
}
