import assert from "node:assert/strict";
import { test } from "node:test";
import { exchanged, inserted, markdownOf, plainAlt, sized } from "../uploads.js";

test("words of a picture cannot leave their brackets", () => {
  assert.equal(plainAlt("  a [b](javascript:x)\n`c` \\] d "), "a b (javascript:x) c d");
  assert.equal(plainAlt("x".repeat(500)).length, 300);
});

test("a picture is shown, a document is linked by its name", () => {
  const address = "/files/abc.webp";
  assert.equal(
    markdownOf({ kind: "picture", name: "a.jpg", markdown_url: address }, "Dash"),
    `![Dash](${address})`,
  );
  assert.equal(
    markdownOf({ kind: "document", name: "a[1].pdf", markdown_url: "/f.pdf" }, ""),
    "[a 1 .pdf](/f.pdf)",
  );
});

test("the place of an upload is a line of its own, where the caret stood", () => {
  const state = { text: "one two", start: 3, end: 3 };
  assert.deepEqual(inserted(state, "![x](upload:1)"), {
    text: "one\n![x](upload:1)\n two",
    start: 19,
    end: 19,
  });
  assert.equal(inserted({ text: "", start: 0, end: 0 }, "M").text, "M\n");
});

test("what arrives takes its place and leaves the caret where one writes", () => {
  const text = "one\nMARK\ntwo";
  const after = exchanged({ text, start: 12, end: 12 }, "MARK", "![long](address)");
  assert.equal(after.text, "one\n![long](address)\ntwo");
  assert.equal(after.start, after.text.length);
  assert.deepEqual(exchanged({ text, start: 2, end: 2 }, "MARK", ""), { text: "one\ntwo", start: 2, end: 2 });
  assert.equal(exchanged({ text: "gone", start: 0, end: 0 }, "MARK", "x"), null);
  assert.equal(
    exchanged({ text: "\nlost", start: 0, end: 0 }, "", ""),
    null,
    "what stands nowhere moves nothing",
  );
});

test("sizes are said in the reader's language", () => {
  assert.equal(sized(3_400_000, "en"), "3.4 MB");
  assert.equal(sized(820, "en"), "1 kB");
  assert.match(sized(3_400_000, "zh-hans"), /3\.4/);
});
