// The host's screen of a hosted quiz: the server draws it, buttons and keys send what they send without a script, and each
// step of the run brings it anew. While it is open it says that the host is there.
import { isTyping } from "./dom.js";
import { Hearer, POLL_EVERY } from "./run.js";

const HERE_EVERY = 10_000;
const GRACE = 2200; // after the clock: then the host's page asks for the close

class Screen extends Hearer {
  lineAt = "[data-host-line]";

  constructor(root) {
    super(root, root.dataset.host, 0);
    this.dress();
    document.addEventListener("submit", (event) => this.send(event));
    document.addEventListener("keydown", (event) => this.press(event));
    this.listen(POLL_EVERY);
    setInterval(() => this.here(), HERE_EVERY);
  }

  get stage() {
    return this.root.querySelector("[data-host-stage]");
  }

  /** After a new stage stands in the page. */
  dress() {
    this.version = Math.max(this.version, Number(this.stage.dataset.version));
    this.run(Number(this.stage.dataset.left), () => {
      this.ticking = setTimeout(() => this.here(), GRACE);
    });
    this.showLine();
  }

  count(n) {
    const isNews = n[0] !== this.players;
    super.count(n);
    if (isNews && this.stage.dataset.state === "lobby") this.ask(); // the names
    const [players, answered] = n;
    const far = `${players ? Math.round((840 * answered) / players) / 10 : 0}%`;
    this.root.querySelector("[data-host-road]")?.setAttribute("x2", far);
    this.root.querySelector("[data-host-car]")?.setAttribute("x", far);
  }

  take() {
    this.ask();
  }

  async ask() {
    try {
      this.put(await fetch(location.href, { headers: { "HX-Request": "true" } }));
    } catch {
      // The next frame or the next poll asks again.
    }
  }

  async put(answer) {
    const html = await answer.text();
    const box = document.createElement("template");
    box.innerHTML = html; // drawn by our own server, every text in it escaped
    const fresh = box.content.querySelector("[data-host-stage]");
    if (!fresh || Number(fresh.dataset.version) < Number(this.stage.dataset.version)) return;
    const isOpen = this.stage.querySelector("[data-host-off]")?.open;
    const hadFocus = this.stage.contains(document.activeElement);
    this.stage.replaceWith(fresh);
    const names = fresh.querySelector("[data-host-off]");
    if (names && isOpen) names.open = true;
    if (hadFocus) fresh.querySelector("[data-key=' ']")?.focus();
    this.dress();
  }

  async send(event) {
    const form = event.target;
    if (!form.matches?.("[data-host-form]") || event.defaultPrevented) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    try {
      await this.put(await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }));
    } catch {
      this.isAway = true;
      this.showLine();
    }
    form.removeAttribute("aria-busy");
  }

  /** Say that the host is there; the server looks at the clock with it. */
  async here() {
    const form = this.stage.querySelector("[data-host-form]");
    if (!form || this.stage.dataset.state === "ended") return;
    const body = new FormData(form);
    body.set("do", "here");
    try {
      await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      // The next one says it.
    }
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.target.closest?.("button, summary, a")) return; // these know what to do with a key
    const buttons = [...this.root.querySelectorAll("[data-key]")];
    const button = buttons.find((one) => one.dataset.key === event.key.toLowerCase());
    if (!button) return;
    event.preventDefault();
    button.click();
  }
}

export function startHost() {
  const host = document.querySelector("[data-host]");
  if (host) new Screen(host);
}
