// Animations stand still until they are set in motion: by their button, or by themselves while they are in sight, where
// the reader's system asks for no calm and the line is not to be spared. Without the script the picture's link leads there.
import { element } from "./dom.js";
import { word } from "./words.js";

class Motion {
  constructor(link) {
    this.img = link.querySelector("img");
    this.address = link.href;
    this.still = { src: this.img.getAttribute("src"), srcset: this.img.getAttribute("srcset") };
    this.button = element("button", { type: "button", class: "motion-act" });
    this.button.addEventListener("click", () => {
      this.isChosen = true;
      this.set(!this.moves);
    });
    this.room = element("span", { class: "motion" });
    link.before(this.room);
    this.room.append(link, this.button);
    this.set(false);
  }

  set(moves) {
    this.moves = moves;
    this.button.textContent = word(moves ? "motionStop" : "motionPlay");
    if (moves) {
      this.img.removeAttribute("srcset");
      this.img.src = this.address;
    } else if (this.img.getAttribute("src") !== this.still.src) {
      this.img.src = this.still.src;
      if (this.still.srcset) this.img.setAttribute("srcset", this.still.srcset);
    }
  }
}

export function startMotion() {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;
  const known = new Map();
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const motion = known.get(target);
        if (!motion.isChosen || !isIntersecting) motion.set(isIntersecting && !calm && !motion.isChosen);
      }
    },
    { threshold: 0.5 },
  );
  const look = () => {
    for (const link of document.querySelectorAll("a.picture-moves")) {
      const img = link.querySelector("img");
      if (!img || known.has(img)) continue;
      known.set(img, new Motion(link));
      seen.observe(img);
    }
  };
  look();
  // Posts, messages and previews that come later.
  for (const place of document.querySelectorAll(".thread, .letters, [data-preview-words]"))
    new MutationObserver(look).observe(place, { childList: true, subtree: true });
}
