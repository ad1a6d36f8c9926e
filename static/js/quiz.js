// A quiz's question: letters pick, a tap answers, a clock counts down. Without any of it the form is whole.
import { isTyping } from "./dom.js";
import { fill } from "./words.js";

const LETTERS = "abcdefghij";

/** The place that a key names: "b" → 1, "2" → 1; -1 for any other key. */
export function placeOf(key) {
  if (key.length !== 1) return -1;
  const letter = LETTERS.indexOf(key.toLowerCase());
  return letter >= 0 ? letter : "123456789".indexOf(key);
}

function startForm(form) {
  const inputs = [...form.querySelectorAll("input[name=pick]")];
  form.querySelector("[data-quiz-keys]")?.removeAttribute("hidden");
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Back from the next page: the form may be sent again.
  addEventListener("pageshow", () => {
    sent = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && inputs.includes(event.target)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-quiz-send]"));
      return;
    }
    if (isTyping(event.target) && !inputs.includes(event.target)) return;
    const input = inputs[placeOf(event.key)];
    if (!input) return;
    event.preventDefault();
    input.checked = input.type === "radio" || !input.checked;
    input.focus();
  });
}

function startClock(clock) {
  const form = document.querySelector("[data-quiz-form]");
  const end = performance.now() + Number(clock.dataset.quizClock) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    clock.textContent = fill(left === 1 ? clock.dataset.one : clock.dataset.many, { n: left });
    clock.toggleAttribute("data-soon", left <= 5);
    if (left > 0) {
      setTimeout(tick, 250);
      return;
    }
    // What is picked by now is sent in the grace that the server gives; nothing picked is passed over.
    const picked = form?.querySelector("input[name=pick]:checked");
    form?.requestSubmit(form.querySelector(picked ? "[data-quiz-send]" : "[name=skip]"));
  };
  tick();
}

export function startQuizzes() {
  const form = document.querySelector("[data-quiz-form]");
  if (form) startForm(form);
  const clock = document.querySelector("[data-quiz-clock]");
  if (clock) startClock(clock);
}
