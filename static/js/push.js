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

const TAG = /^notice-(\d+)$/;

/** What lies on this device of notices goes as soon as it is read or taken back, here or on another device. */
export async function putAway(
  workers = globalThis.navigator?.serviceWorker,
  ask = (address) => fetch(address),
) {
  const worker = await workers?.getRegistration();
  const lying = ((await worker?.getNotifications()) ?? []).filter(({ tag }) => TAG.test(tag));
  if (!lying.length) return;
  const numbers = lying.map(({ tag }) => Number(TAG.exec(tag)[1]));
  try {
    const answer = await ask(`/notices/count/?of=${numbers.join("-")}`);
    if (!answer.ok) return;
    const { open = [] } = await answer.json();
    for (const [at, shown] of lying.entries()) if (!open.includes(numbers[at])) shown.close();
  } catch {
    // The next change of the number asks again.
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
