import assert from "node:assert/strict";
import { test } from "node:test";
import { code, link, nextItem, prefixLines, quotation, spoiler, table, wrap } from "../markdown.js";

/** A state from a text in which [ and ] mark the selection, or | the cursor. */
function at(marked) {
  const start = marked.search(/[[|]/);
  const bare = marked.replace(/[[|]/, "");
  const end = bare.indexOf("]");
  return end === -1 ? { text: bare, start, end: start } : { text: bare.replace("]", ""), start, end };
}
const show = ({ text, start, end }) =>
  start === end
    ? `${text.slice(0, start)}|${text.slice(start)}`
    : `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`;

test("bold wraps the chosen words and takes the marks away again", () => {
  assert.equal(show(wrap(at("a [b] c"), "**", "x")), "a **[b]** c");
  assert.equal(show(wrap(at("a **[b]** c"), "**", "x")), "a [b] c");
});
test("bold leaves the spaces around a word outside", () => {
  assert.equal(show(wrap(at("a[ b ]c"), "**", "x")), "a **[b]** c");
});
test("bold without words offers some", () => {
  assert.equal(show(wrap(at("a |"), "**", "words")), "a **[words]**");
});
test("emphasis inside bold adds its own marks", () => {
  assert.equal(show(wrap(at("**[b]**"), "*", "x")), "***[b]***");
});
test("a list begins after an empty line", () => {
  assert.equal(show(prefixLines(at("words\n[one\ntwo]"), "- ", "x")), "words\n\n- [one\n- two]");
});
test("a list of items becomes lines again", () => {
  assert.equal(show(prefixLines(at("[- one\n- two]"), "- ", "x")), "[one\ntwo]");
});
test("an empty line becomes an offered item", () => {
  assert.equal(show(prefixLines(at("|"), "- ", "item")), "- [item]");
});
test("a link selects the address to type", () => {
  const made = link(at("see [this]"), "x");
  assert.equal(made.text, "see [this](https://)");
  assert.equal(made.text.slice(made.start, made.end), "https://");
});
test("a chosen address becomes the target, the words are selected", () => {
  const made = link({ text: "https://a.example/x", start: 0, end: 19 }, "words");
  assert.equal(made.text, "[words](https://a.example/x)");
  assert.equal(made.text.slice(made.start, made.end), "words");
});
test("an address pasted over words makes them a link", () => {
  const made = link({ text: "see this", start: 4, end: 8 }, "", "https://a.example/");
  assert.equal(made.text, "see [this](https://a.example/)");
  assert.equal(made.start, made.text.length);
});
test("several lines of code get a fence", () => {
  assert.equal(code(at("a\n[b\nc]"), "x").text, "a\n```\nb\nc\n```");
  assert.equal(code(at("a [b] c"), "x").text, "a `b` c");
});
test("Enter goes on with a list", () => {
  assert.equal(show(nextItem(at("- one|"))), "- one\n- |");
  assert.equal(show(nextItem(at("9. nine|"))), "9. nine\n10. |");
  const done = "  * [x] done";
  const next = nextItem({ text: done, start: done.length, end: done.length });
  assert.equal(next.text, `${done}\n  * [ ] `);
});
test("Enter on an empty item ends the list", () => {
  assert.equal(show(nextItem(at("- one\n- |"))), "- one\n|");
});
test("Enter in plain words is plain", () => {
  assert.equal(nextItem(at("one|")), null);
  assert.equal(nextItem({ text: "- one", start: 2, end: 5 }), null);
});
test("a quotation names its post and cannot leave its brackets", () => {
  assert.equal(quotation(7, "A] [b\nc", "one\n\ntwo "), "> [!quote 7 A b c]\n> one\n>\n> two\n\n");
});

test("a spoiler is two bars around words and a block around lines", () => {
  assert.equal(spoiler({ text: "he did it", start: 0, end: 9 }, "x").text, "||he did it||");
  assert.deepEqual(spoiler({ text: "", start: 0, end: 0 }, "hidden"), {
    text: "||hidden||",
    start: 2,
    end: 8,
  });
  const made = spoiler({ text: "before\none\ntwo\nafter", start: 7, end: 14 }, "x");
  assert.equal(made.text, "before\n\n:::spoiler\none\ntwo\n:::\n\nafter");
  assert.equal(made.text.slice(made.start, made.end), "one\ntwo");
});

test("a table is made from nothing, from tabs and from commas", () => {
  const empty = table({ text: "", start: 0, end: 0 }, "Column");
  assert.equal(empty.text, "| Column 1 | Column 2 |\n| --- | --- |\n|  |  |");
  assert.equal(empty.text.slice(empty.start, empty.end), "Column 1");
  const text = "km\tkWh\n100\t18|9\n\n200";
  const tabs = table({ text, start: 0, end: text.length }, "x");
  assert.equal(tabs.text, "| km | kWh |\n| --- | --- |\n| 100 | 18\\|9 |\n| 200 |  |");
  assert.equal(table({ text: "a, b", start: 0, end: 4 }, "x").text, "| a | b |\n| --- | --- |");
});
