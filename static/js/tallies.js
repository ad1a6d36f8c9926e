// Bars that move while others vote: what is counted comes over the page's socket, at most twice a second, each time the
// whole of it with its version. What is older than what is shown is thrown away, so bars never run backwards.
import { Line } from "./line.js";
import { counted } from "./words.js";

/** Shares and lengths from counts, as the server works them out. `n` and each of `votes`: [members, guests]; `left`:
 *  ballots that are in no vote yet. Pure. */
export function roads(votes, n, isDecision, left = 0) {
  const of = ([members = 0, guests = 0] = []) => (isDecision ? members : members + guests);
  const whole = of(n) - left;
  const road = (part) => (whole ? Math.round((1000 * part) / whole) / 10 : 0); // everybody is the whole road
  const drawn = {};
  for (const [number, pair] of Object.entries(votes)) {
    drawn[number] = {
      percent: whole ? Math.floor((200 * of(pair) + whole) / (2 * whole)) : 0,
      solid: road(pair[0]),
      length: road(of(pair)),
    };
  }
  return drawn;
}

function inPlace(text, n) {
  return text.replace(/\d+/, String(n));
}

function draw(section, frame) {
  const left = frame.left ?? 0;
  const drawn = roads(frame.votes, frame.n, section.hasAttribute("data-decision"), left);
  const notice = section.querySelector("[data-left]");
  if (notice) {
    notice.dataset.left = left;
    notice.textContent = inPlace(notice.textContent, left);
  }
  for (const item of section.querySelectorAll("[data-number]")) {
    const road = drawn[item.dataset.number] ?? { percent: 0, solid: 0, length: 0 };
    const pair = frame.votes[item.dataset.number] ?? [0, 0];
    for (const cell of item.querySelectorAll("[data-of]")) cell.textContent = pair[cell.dataset.of];
    const share = item.querySelector("[data-share], b");
    if (share) share.textContent = inPlace(share.textContent, road.percent);
    item.querySelector(".rd-fg")?.setAttribute("x2", `${road.solid}%`);
    const [guests, tip] = [item.querySelector(".tr2"), item.querySelector(".rd-tip")];
    guests?.setAttribute("x1", `${road.solid}%`);
    guests?.setAttribute("x2", `${road.length}%`);
    tip?.setAttribute("x1", `${road.length}%`);
    tip?.setAttribute("x2", `${road.length}%`);
  }
  for (const [place, key] of ["pollMembers", "pollGuests"].entries()) {
    const told = section.querySelector(`[data-count="${place}"]`);
    if (told) told.textContent = counted(key, frame.n[place]);
  }
}

/** Whether what is said above the bars would be said otherwise now: nobody has voted, or none, one or some votes lie in
 *  the box. */
function saysOtherwise(section, frame) {
  const was = Number(section.querySelector("[data-left]")?.dataset.left ?? 0);
  return section.querySelector("[data-none]") || Math.min(was, 2) !== Math.min(frame.left ?? 0, 2);
}

/** Listen for every poll on the page whose result is shown. `refresh` draws one anew where counts are not enough. */
export function startTallies(refresh) {
  const sections = () => [...document.querySelectorAll("[data-poll][data-topic]")];
  const joined = new Set();
  let line = null;
  const listen = () => {
    if (!line?.isOpen) return;
    for (const { dataset } of sections().slice(0, 6)) {
      if (joined.has(dataset.topic)) continue;
      joined.add(dataset.topic);
      line.say({
        do: "join",
        t: dataset.topic,
        s: Number(dataset.version),
        l: document.documentElement.lang,
      });
    }
  };
  document.addEventListener("line:open", ({ detail }) => {
    line = detail;
    joined.clear();
    listen();
  });
  const begin = () => {
    if (sections().length && !Line.isThere) new Line({ topics: {}, onFrame: () => {} });
    else listen();
  };
  document.addEventListener("poll:put", begin);
  document.addEventListener("line:poll", () => {
    for (const section of sections()) refresh(section);
  });
  document.addEventListener("line:tally", ({ detail: frame }) => {
    for (const section of sections()) {
      if (section.dataset.topic !== frame.t || frame.s <= Number(section.dataset.version)) continue;
      section.dataset.version = frame.s;
      const isNews = frame.over !== section.hasAttribute("data-over") || !frame.votes;
      if (isNews || saysOtherwise(section, frame) || !section.querySelector(".roads")) refresh(section);
      else draw(section, frame);
    }
  });
  begin();
}
