// Opens a post's pictures over the page: arrows turn, Esc closes, focus goes back. Without it the links lead there.
// And it looks again for pictures whose sizes were still being made when the page came.
import { element, icon } from "./dom.js";
import { word } from "./words.js";

const TINY = 48; // a placeholder is this wide at most; see the files' views
const AGAIN = [1500, 3000, 6000, 12000, 30000];

let box;

function act(name, label, run) {
  const button = element(
    "button",
    { class: "lightbox-act", type: "button", "aria-label": label },
    icon(name),
  );
  button.addEventListener("click", run);
  return button;
}

class Lightbox {
  constructor() {
    this.img = element("img", { alt: "" });
    this.place = element("p", { "aria-live": "polite" });
    this.words = element("p", { class: "lightbox-words" });
    this.before = act("back", word("earlierPicture"), () => this.turn(-1));
    this.after = act("forward", word("laterPicture"), () => this.turn(1));
    this.closer = act("close", word("closePictures"), () => this.dialog.close());
    this.dialog = element(
      "dialog",
      { class: "lightbox", "aria-label": word("pictures") },
      element("div", { class: "lightbox-bar" }, this.place, this.closer),
      element("div", { class: "lightbox-stage" }, this.before, this.img, this.after),
      this.words,
    );
    this.dialog.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, Home: -this.at, End: this.links.length - 1 - this.at }[
        event.key
      ];
      if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.turn(step);
    });
    this.img.addEventListener("click", () => this.turn(1));
    this.dialog.addEventListener("close", () => {
      this.img.removeAttribute("src");
      this.links[this.at]?.focus();
    });
    document.body.append(this.dialog);
  }

  open(link) {
    this.links = [...(link.closest(".prose") ?? document).querySelectorAll("a.picture-open")];
    this.at = this.links.indexOf(link);
    this.show();
    this.dialog.showModal();
  }

  turn(step) {
    const next = this.at + step;
    if (next < 0 || next >= this.links.length) return;
    this.at = next;
    this.show();
  }

  show() {
    const link = this.links[this.at];
    const small = link.querySelector("img");
    this.img.src = link.href;
    this.img.alt = small?.alt ?? "";
    for (const side of ["width", "height"]) this.img.setAttribute(side, small?.getAttribute(side) ?? "");
    const caption = link.closest("figure")?.querySelector("figcaption")?.textContent;
    this.words.textContent = caption || this.img.alt;
    const several = this.links.length > 1;
    this.place.textContent = several ? word("picture", { n: this.at + 1, m: this.links.length }) : "";
    const focused = document.activeElement;
    this.before.hidden = this.at === 0;
    this.after.hidden = this.at === this.links.length - 1;
    // A button that vanishes under the focus would take the keys with it.
    if (focused?.hidden) [this.before, this.after, this.closer].find((button) => !button.hidden).focus();
  }
}

/** Whether what came is the placeholder of a picture that is larger. */
function isPlaceholder(img) {
  return img.complete && img.naturalWidth > 0 && img.naturalWidth <= TINY && img.width > TINY;
}

function lookAgain(img, tries = 0) {
  if (!isPlaceholder(img) || tries >= AGAIN.length) return;
  setTimeout(() => {
    if (!img.isConnected) return;
    img.addEventListener("load", () => lookAgain(img, tries + 1), { once: true });
    // The same addresses, asked anew: nothing of a placeholder is kept by the browser.
    const { src, srcset } = img;
    img.removeAttribute("srcset");
    img.src = src;
    if (srcset) img.srcset = srcset;
  }, AGAIN[tries]);
}

export function startLightbox() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.picture-open");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    box ??= new Lightbox();
    box.open(link);
  });
  for (const img of document.querySelectorAll(".picture-open img, .upload-face img")) lookAgain(img);
  // Loads do not bubble, but they can be caught on their way down: also those of what arrives later.
  document.addEventListener(
    "load",
    (event) => {
      const img = event.target;
      if (
        img instanceof HTMLImageElement &&
        img.closest(".picture-open, .upload-face") &&
        !img.dataset.asked
      ) {
        img.dataset.asked = "";
        lookAgain(img);
      }
    },
    true,
  );
}
