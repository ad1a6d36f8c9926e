// The sentences scripts show. The server puts them into the page in the reader's language.

let words;

/** A sentence by its key, with `{name}` places filled in. */
export function word(key, values = {}) {
  if (!words) {
    const block = document.getElementById("words");
    words = block ? JSON.parse(block.textContent) : {};
  }
  return fill(words[key] ?? "", values);
}

/** Puts values into the `{name}` places of a text. Values are used as they are, never read as places again. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** "1 new reply", "3 new replies": the word for one stands beside the one for several. */
export function counted(key, n) {
  return word(n === 1 ? `${key}One` : key, { n });
}
