// A conversation that stays open asks for what came since, by the same markup, while somebody looks at it.
const EVERY = 8000;

export function startLetters() {
  const list = document.querySelector("[data-letters]");
  if (!list) return;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${list.dataset.letters}?after=${list.dataset.last}`);
      if (answer.status !== 200) return;
      list.insertAdjacentHTML("beforeend", await answer.text());
      const rows = list.querySelectorAll("[data-number]");
      if (rows.length) list.dataset.last = rows[rows.length - 1].dataset.number;
    } catch {
      // The next turn asks again.
    }
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
