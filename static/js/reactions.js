// Reactions answer at once and settle with the server afterwards: one request at a time for each post.
import { toast } from "./toast.js";
import { word } from "./words.js";

/** The state after pressing `kind`: counts and mine, one reaction a person. Pure, so that it can be taken back. */
export function press({ counts, mine }, kind) {
  const next = { ...counts };
  if (mine) next[mine] = Math.max(0, (next[mine] ?? 0) - 1);
  const now = mine === kind ? null : kind;
  if (now) next[now] = (next[now] ?? 0) + 1;
  return { counts: next, mine: now };
}

function read(bar) {
  const counts = {};
  let mine = null;
  for (const button of bar.querySelectorAll("[data-react]")) {
    counts[button.dataset.react] = Number(button.querySelector("b").textContent) || 0;
    if (button.getAttribute("aria-pressed") === "true") mine = button.dataset.react;
  }
  return { counts, mine };
}

function show(bar, { counts, mine }) {
  for (const button of bar.querySelectorAll("[data-react]")) {
    const kind = button.dataset.react;
    button.querySelector("b").textContent = counts[kind] || "";
    button.setAttribute("aria-pressed", String(kind === mine));
    button.value = kind === mine ? "none" : kind;
  }
}

async function send(button, value) {
  const body = new FormData(button.form);
  body.set("kind", value);
  const answer = await fetch(button.formAction, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error?.reason ?? told.error ?? word("offline"));
  return told;
}

const waiting = new WeakMap();

export function startReactions() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-react]");
    const bar = button?.closest(".post-acts");
    if (!bar || !button.form) return;
    event.preventDefault();
    const before = read(bar);
    const after = press(before, button.dataset.react);
    show(bar, after);
    button.closest("details[open]")?.removeAttribute("open");
    const turn = (waiting.get(bar) ?? Promise.resolve()).then(async () => {
      try {
        const told = await send(button, after.mine ?? "none");
        if (told.reactions && waiting.get(bar) === turn) {
          show(bar, { counts: told.reactions, mine: told.mine ?? null });
        }
      } catch (problem) {
        show(bar, before);
        toast(problem instanceof TypeError ? word("offline") : problem.message);
      }
    });
    waiting.set(bar, turn);
  });
}
