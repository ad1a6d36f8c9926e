// The number of unread notices on every page of a member: by the page's socket, or by asking where sockets are blocked.
import { Line } from "./line.js";
import { putAway } from "./push.js";

const MOST = 99;

/** What the badge says for a number. */
export function said(count) {
  return count > MOST ? `${MOST}+` : String(count);
}

export function startBadges() {
  const badges = document.querySelectorAll("[data-unread]");
  if (!badges.length) return;
  const show = (count) => {
    for (const badge of badges) {
      badge.dataset.unread = count;
      badge.textContent = said(count);
      badge.hidden = !count;
    }
    putAway();
  };
  putAway();
  document.addEventListener("line:open", ({ detail }) =>
    detail.say({ do: "notices", n: Number(badges[0].dataset.unread) }),
  );
  document.addEventListener("line:notices", ({ detail }) => show(detail));
  document.addEventListener("line:poll", async () => {
    try {
      const answer = await fetch("/notices/count/", { headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).n);
    } catch {
      // The next poll asks again.
    }
  });
  if (!Line.isThere) new Line({ topics: {}, onFrame: () => {} });
}
