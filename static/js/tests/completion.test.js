import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, calledAt } from "../completion.js";
import { EMOJI, findEmoji, nameOf } from "../emoji.js";

const at = (text) => calledAt(text, text.length);

test("a name is called after a space, at the start and right behind Chinese", () => {
  assert.deepEqual(at("@"), { kind: "name", from: 0, query: "" });
  assert.deepEqual(at("hello @Mar"), { kind: "name", from: 6, query: "Mar" });
  assert.deepEqual(at("你好@林晓"), { kind: "name", from: 2, query: "林晓" });
  assert.deepEqual(at("你好＠林"), { kind: "name", from: 2, query: "林" });
  assert.deepEqual(at("(@Karl He"), { kind: "name", from: 1, query: "Karl He" });
  assert.deepEqual(at("Zeile\n@a"), { kind: "name", from: 6, query: "a" });
});

test("nobody is called in addresses, after two spaces, on another line or far behind", () => {
  for (const text of [
    "me@example",
    "https://x/@a",
    "@@a",
    "@a  b",
    "@a\nb",
    "@ a",
    `@${"x".repeat(30)}`,
    "",
    "a",
  ]) {
    assert.equal(at(text), null, text);
  }
});

test("a sign is called by two Latin letters or one Chinese one", () => {
  assert.deepEqual(at(":sm"), { kind: "sign", from: 0, query: "sm" });
  assert.deepEqual(at("好：笑"), { kind: "sign", from: 1, query: "笑" });
  assert.deepEqual(at("好:lau"), { kind: "sign", from: 1, query: "lau" });
  for (const text of [":s", ":)", "12:30", "https:ab", "a:bc", "::ab", "note: ab"])
    assert.equal(at(text), null, text);
});

test("the answer takes the call's place, with a space where the script has spaces", () => {
  const put = (text, answer, rest = "") =>
    answered({ text: text + rest, caret: text.length, called: at(text), answer });
  assert.deepEqual(put("hi @Mar", "@Marta Reyes"), { text: "hi @Marta Reyes ", start: 16, end: 16 });
  assert.equal(put("你好@Mar", "@Marta", "怎么看").text, "你好@Marta怎么看");
  assert.equal(put("hi @林", "@林晓雨", "怎么看").text, "hi @林晓雨怎么看");
  assert.equal(put("hi @Mar", "@Marta", ", yes").text, "hi @Marta, yes");
  assert.equal(put("so :lau", "😄", " ok").text, "so 😄 ok");
});

test("signs are found in both languages, exact names first", () => {
  assert.equal(findEmoji("car")[0].sign, "🚗");
  assert.equal(findEmoji("充电")[0].sign, "🔌");
  assert.ok(findEmoji("电").some(({ sign }) => sign === "🔋"));
  assert.deepEqual(findEmoji("qqqq"), []);
  assert.equal(nameOf(findEmoji("充")[0], "充"), "充电");
  assert.equal(nameOf(findEmoji("bat")[0], "bat"), "battery");
});

test("every sign has names in both languages and stands once", () => {
  const signs = new Set();
  for (const { sign, names } of EMOJI) {
    assert.match(sign, /\p{Extended_Pictographic}/u);
    assert.ok(
      names.some((name) => /^[a-z]+$/.test(name)),
      sign,
    );
    assert.ok(
      names.some((name) => /\p{Script=Han}/u.test(name)),
      sign,
    );
    assert.ok(!signs.has(sign), sign);
    signs.add(sign);
  }
});
