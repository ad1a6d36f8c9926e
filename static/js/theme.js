// Light, dark, or as the system has it: kept in a cookie, so that the next page comes in the right colours at once, and
// of a member in their account too, for their other devices.

const YEAR = 365 * 24 * 3600;

export function startTheme() {
  const group = document.querySelector("[data-theme-switch]");
  if (!group) return;
  const root = document.documentElement;
  const buttons = [...group.querySelectorAll("button")];
  const show = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme ?? "")));
    }
  };
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    if (button.value) root.dataset.theme = button.value;
    else delete root.dataset.theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
    document.cookie = `theme=${button.value || "system"}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
    document
      .querySelector('meta[name="color-scheme"]')
      ?.setAttribute("content", button.value || "light dark");
    show();
    if (!("commonZone" in root.dataset)) {
      const body = new URLSearchParams({ theme: button.value, next: "/" });
      fetch(group.action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
    }
  });
  show();
}
