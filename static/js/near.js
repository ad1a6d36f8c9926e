// Threads that the title comes close to, shown beside the form while it is typed.
const PAUSE = 500;
const HAN = /\p{Script=Han}/gu;

/** Whether a title says enough to look for others: two Chinese characters, or five letters with a space in them. */
export function saysEnough(title) {
  const said = title.trim();
  return (said.match(HAN)?.length ?? 0) >= 2 || (said.length >= 5 && /\S\s\S/.test(said));
}

export function startNear() {
  const title = document.querySelector("[data-near]");
  const place = document.querySelector("[data-near-place]");
  if (!title || !place) return;
  const jump = document.querySelector("[data-near-jump]");
  let timer;
  let asked;
  let shown = title.value.trim();
  const tell = () => {
    jump.textContent = place.querySelector("h2")?.textContent ?? "";
    jump.hidden = !jump.textContent;
  };
  const look = async () => {
    const typed = title.value.trim();
    if (typed === shown) return;
    shown = typed;
    asked?.abort();
    asked = new AbortController();
    try {
      let html = "";
      if (saysEnough(typed)) {
        const address = `${title.dataset.near}?title=${encodeURIComponent(typed)}`;
        const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asked.signal });
        if (!answer.ok) return;
        html = await answer.text();
      }
      // A fragment of our own server: titles and first words are escaped there.
      place.innerHTML = html.trim();
      tell();
    } catch {
      // A title without its neighbours is no trouble.
    }
  };
  title.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(look, PAUSE);
  });
  title.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  tell();
}
