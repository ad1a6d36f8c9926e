// Passkeys on the account pages. Without this script, or in a browser without passkeys, codes and passwords stay.
//
//   <form data-passkey="login">   asks its own address for a challenge, then signs in
//   <form data-passkey="create">  makes a passkey from the options in #js_data
//   <form data-passkey="use">     answers the challenge in #js_data
//
// Each form holds a hidden input "credential" and may hold [data-passkey-problem], shown when it came to nothing.
// [data-passkey-only] stays where passkeys work (CSS hides it where scripts do not run), [data-passkey-none] where they do not.

const works = Boolean(window.PublicKeyCredential && navigator.credentials && window.isSecureContext);

for (const element of document.querySelectorAll("[data-passkey-only]")) element.hidden = !works;
for (const element of document.querySelectorAll("[data-passkey-none]")) element.hidden = works;

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

function creationOptions(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) {
    return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  }
  return {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((key) => ({ ...key, id: toBytes(key.id) })),
  };
}

function requestOptions(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) {
    return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  }
  return {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map((key) => ({ ...key, id: toBytes(key.id) })),
  };
}

function toJSON(credential) {
  if (credential.toJSON) return credential.toJSON();
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  };
}

const pageOptions = () => JSON.parse(document.getElementById("js_data").textContent);

const ways = {
  async login(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`no challenge: ${answer.status}`);
    const { request_options: options } = await answer.json();
    return navigator.credentials.get({ publicKey: requestOptions(options.publicKey) });
  },
  async use() {
    const { request_options: options } = pageOptions();
    return navigator.credentials.get({ publicKey: requestOptions(options.publicKey) });
  },
  async create(form) {
    const options = structuredClone(pageOptions().creation_options.publicKey);
    const alone = form.elements.namedItem("passwordless");
    if (alone) {
      const selection = options.authenticatorSelection ?? {};
      selection.residentKey = alone.checked ? "required" : "discouraged";
      selection.requireResidentKey = alone.checked;
      if (alone.checked) selection.userVerification = "required";
      options.authenticatorSelection = selection;
    }
    return navigator.credentials.create({ publicKey: creationOptions(options) });
  },
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", async (event) => {
    if (form.elements.namedItem("credential").value) return;
    event.preventDefault();
    if (problem) problem.hidden = true;
    button.setAttribute("aria-busy", "true");
    try {
      const credential = await ways[form.dataset.passkey](form);
      form.elements.namedItem("credential").value = JSON.stringify(toJSON(credential));
      form.submit();
    } catch {
      // Cancelled, timed out, or no passkey on this device: the page says what else opens the door.
      if (problem) problem.hidden = false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
