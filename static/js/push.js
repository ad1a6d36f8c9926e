// The button that lets this browser be woken. Without a script, or where the browser knows no push, it stays hidden.
import { word } from "./words.js";

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** A short name for the list of devices. */
export function deviceName(agent) {
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0] ?? "";
  const browser = /(Edg|Firefox|Chrome|Safari)\//.exec(agent)?.[1]?.replace("Edg", "Edge") ?? "";
  return [browser, system.replace("Mac OS X", "Mac")].filter(Boolean).join(" · ");
}

async function subscribe(form) {
  if ((await Notification.requestPermission()) !== "granted") throw new Error(word("pushRefused"));
  const registration = await navigator.serviceWorker.register("/push-worker.js");
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) };
  const { endpoint, keys } = (await registration.pushManager.subscribe(options)).toJSON();
  const told = new FormData(form);
  for (const [name, value] of Object.entries({
    endpoint,
    ...keys,
    device: deviceName(navigator.userAgent),
  })) {
    told.set(name, value);
  }
  const answer = await fetch(form.action, { method: "POST", body: told });
  if (!answer.ok) throw new Error(await answer.text());
}

/** What lies on this device of notices goes when all of them are read, here or on another device. */
export async function putAway() {
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await worker?.getNotifications()) ?? []) {
    if (shown.tag.startsWith("notice-")) shown.close();
  }
}

export function startPush() {
  const form = document.querySelector("form[data-push]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  form.hidden = false;
  const said = form.querySelector("[role=status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await subscribe(form);
      location.reload();
    } catch (error) {
      said.textContent = error.message || word("pushFailed");
    }
  });
}
