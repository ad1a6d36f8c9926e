// Two helpers that make elements without ever reading text as HTML.

/** An element with attributes and children; strings become text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite, from the address the page itself uses. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  const known = document.querySelector("svg.icon use")?.getAttribute("href") ?? "/static/icons/sprite.svg#";
  use.setAttribute("href", `${known.split("#")[0]}#i-${name}`);
  svg.append(use);
  return svg;
}

/** Whether keys typed here are words, not commands. */
export function isTyping(target) {
  return Boolean(target?.closest?.("input, textarea, select, [contenteditable='true']"));
}

/** Whether an input method has this key. Safari says so by the number alone: its last key comes after the composition. */
export function composes(event) {
  return event.isComposing || event.keyCode === 229;
}
