// What the toolbar does to words. Pure: a state is { text, start, end }, so is the answer.

/** Wraps the selection in `mark`, or takes the marks away when they are already there. */
export function wrap({ text, start, end }, mark, placeholder) {
  const before = text.slice(0, start);
  const chosen = text.slice(start, end);
  const after = text.slice(end);
  const size = mark.length;
  const twice = mark.length === 1 && before.endsWith(mark + mark);
  if (before.endsWith(mark) && after.startsWith(mark) && !twice) {
    return {
      text: before.slice(0, -size) + chosen + after.slice(size),
      start: start - size,
      end: end - size,
    };
  }
  const inner = chosen.trim() || placeholder;
  const lead = chosen.trim() ? chosen.slice(0, chosen.length - chosen.trimStart().length) : "";
  const tail = chosen.trim() ? chosen.slice(chosen.trimEnd().length) : "";
  const from = start + lead.length + size;
  return {
    text: before + lead + mark + inner + mark + tail + after,
    start: from,
    end: from + inner.length,
  };
}

/** Puts `prefix` before every chosen line, or takes it away when all have it. */
export function prefixLines({ text, start, end }, prefix, placeholder) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const stop = text.indexOf("\n", end);
  const to = stop === -1 ? text.length : stop;
  const lines = text.slice(from, to).split("\n");
  const all = lines.every((line) => line.startsWith(prefix));
  const changed = all
    ? lines.map((line) => line.slice(prefix.length))
    : lines.map((line) => prefix + (line || (lines.length === 1 ? placeholder : "")));
  const block = changed.join("\n");
  // A block that begins mid-text wants an empty line before it, or Markdown reads it as part of the paragraph.
  const gap = !all && from > 0 && text[from - 2] !== "\n" ? "\n" : "";
  return {
    text: text.slice(0, from) + gap + block + text.slice(to),
    start: from + gap.length + (all ? 0 : prefix.length),
    end: from + gap.length + block.length,
  };
}

const ADDRESS = /^https?:\/\/\S+$/i;

/** Makes the selection a link; the place for the address (or the words, when an address was chosen) is selected. */
export function link({ text, start, end }, placeholder, address = "") {
  const chosen = text.slice(start, end).trim();
  const isAddress = ADDRESS.test(chosen);
  const words = isAddress ? placeholder : chosen || placeholder;
  const target = isAddress ? chosen : address || "https://";
  const made = `[${words}](${target})`;
  const whole = { text: text.slice(0, start) + made + text.slice(end) };
  if (isAddress || (!chosen && address)) {
    return { ...whole, start: start + 1, end: start + 1 + words.length };
  }
  const at = start + words.length + 3;
  return address
    ? { ...whole, start: start + made.length, end: start + made.length }
    : { ...whole, start: at, end: at + target.length };
}

/** One word in back ticks, several lines in a fence. */
export function code(state, placeholder) {
  const chosen = state.text.slice(state.start, state.end);
  if (!chosen.includes("\n")) return wrap(state, "`", placeholder);
  const fence = "```";
  const block = `${fence}\n${chosen}\n${fence}`;
  const before = state.text.slice(0, state.start);
  const gap = before && !before.endsWith("\n") ? "\n" : "";
  const from = before.length + gap.length + fence.length + 1;
  return {
    text: before + gap + block + state.text.slice(state.end),
    start: from,
    end: from + chosen.length,
  };
}

/** A few words between bars, several lines in a block that waits to be opened. */
export function spoiler(state, placeholder) {
  const chosen = state.text.slice(state.start, state.end);
  if (!chosen.includes("\n")) return wrap(state, "||", placeholder);
  return block(state, `:::spoiler\n${chosen}\n:::`, ":::spoiler\n".length, chosen.length);
}

/** A table to fill in; lines chosen with tabs or commas in them (from a spreadsheet) become its rows. */
export function table(state, placeholder) {
  const chosen = state.text.slice(state.start, state.end);
  const mark = chosen.includes("\t") ? "\t" : ",";
  const rows = chosen.includes(mark)
    ? chosen
        .split("\n")
        .filter((line) => line.trim())
        .map((line) => line.split(mark).map((cell) => cell.trim().replaceAll("|", "\\|")))
    : [
        [`${placeholder} 1`, `${placeholder} 2`],
        ["", ""],
      ];
  const width = Math.max(...rows.map((row) => row.length));
  const line = (cells) => `| ${Array.from({ length: width }, (_, at) => cells[at] ?? "").join(" | ")} |`;
  const made = [line(rows[0]), line(Array(width).fill("---")), ...rows.slice(1).map(line)].join("\n");
  return block(state, made, 2, rows[0][0].length);
}

/** `made` in place of the selection, with an empty line before and after it; `from` and `length` are chosen in it. */
function block(state, made, from, length) {
  const before = state.text.slice(0, state.start);
  const after = state.text.slice(state.end);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const end = after.startsWith("\n\n") || !after ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const start = before.length + gap.length + from;
  return { text: before + gap + made + end + after, start, end: start + length };
}

const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))\s(\[[ x]\]\s)?/;

/** Enter in a list: the next item begins by itself; an empty item ends the list. Null: nothing special. */
export function nextItem({ text, start, end }) {
  if (start !== end) return null;
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(from, start);
  const item = ITEM.exec(line);
  if (!item) return null;
  if (line.trim() === item[0].trim()) {
    return { text: text.slice(0, from) + text.slice(start), start: from, end: from };
  }
  const bullet = item[2] ?? `${Number(item[3]) + 1}${item[4]}`;
  const begun = `\n${item[1]}${bullet} ${item[5] ? "[ ] " : ""}`;
  const at = start + begun.length;
  return { text: text.slice(0, start) + begun + text.slice(end), start: at, end: at };
}

/** A quotation that names its post, in the form the renderer links. */
export function quotation(postId, name, words) {
  const said = words.trim().split("\n");
  return `${[`[!quote ${postId} ${name.replace(/[[\]\s]+/g, " ").trim()}]`, ...said].map((line) => `> ${line}`.trimEnd()).join("\n")}\n\n`;
}
