// Pictures whose sizes are still being made: a field of their shape stands in their place, and gives way to them as
// soon as they are there, on the page of whoever published them and on every page that they arrived on.
const LOOKS = [700, 1500, 3000, 8000, 20000]; // milliseconds between looks
const GONE = 410; // no picture will come
const SHAPE = 64; // a field of its shape is never wider

/** Whether what was loaded is only the shape of the picture. */
export function isShape({ currentSrc, naturalWidth, width }) {
  return /\/files\/[^?]+\.webp$/.test(currentSrc) && naturalWidth < SHAPE && width > naturalWidth;
}

async function replaceOnceMade(image, [wait, ...rest] = LOOKS) {
  await new Promise((done) => setTimeout(done, wait));
  if (!image.isConnected) return;
  const answer = await fetch(image.currentSrc, { method: "HEAD" }).catch(() => null);
  // Another element, for the browser takes the same one to be drawn already.
  if (answer?.headers.get("Content-Type") === "image/webp") image.replaceWith(image.cloneNode());
  else if (answer?.status === GONE) image.dispatchEvent(new CustomEvent("picture-lost", { bubbles: true }));
  else if (rest.length && (!answer || answer.ok)) replaceOnceMade(image, rest);
}

export function startMade() {
  const look = (image) => {
    if (isShape(image)) replaceOnceMade(image);
  };
  for (const image of document.images) if (image.complete) look(image);
  document.addEventListener(
    "load",
    ({ target }) => {
      if (target instanceof HTMLImageElement) look(target);
    },
    { capture: true },
  );
}
