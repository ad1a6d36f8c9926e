import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, drafts, lines, stands } from "../drafts.js";
import { step } from "../keys.js";
import { pieces, remembered } from "../palette.js";
import { press } from "../reactions.js";
import { ago, dated, onTheWall, since, when } from "../time.js";
import { fill } from "../words.js";

test("a reaction counts, moves and can be taken back", () => {
  const none = { counts: { useful: 2 }, mine: null };
  const one = press(none, "useful");
  assert.deepEqual(one, { counts: { useful: 3 }, mine: "useful" });
  assert.deepEqual(press(one, "wow"), { counts: { useful: 2, wow: 1 }, mine: "wow" });
  assert.deepEqual(press(one, "useful"), { counts: { useful: 2 }, mine: null });
  assert.deepEqual(none, { counts: { useful: 2 }, mine: null });
});
test("counts never fall below nothing", () => {
  assert.deepEqual(press({ counts: {}, mine: "wow" }, "wow"), { counts: { wow: 0 }, mine: null });
});

test("times are said while they are near", () => {
  assert.deepEqual(since(0), ["now", 0]);
  assert.deepEqual(since(59_999), ["now", 0]);
  assert.deepEqual(since(60_000), ["minutes", 1]);
  assert.deepEqual(since(3_599_999), ["minutes", 59]);
  assert.deepEqual(since(3_600_000), ["hours", 1]);
  assert.equal(since(12 * 3_600_000), null);
  assert.equal(since(-1), null);
});

const english = {
  now: "just now",
  minutes: "{n} min ago",
  hours: "{n} h ago",
  day: "{n} day ago",
  days: "{n} days ago",
  today: "today {time}",
  yesterday: "yesterday {time}",
  moment: "{day}, {time}",
  date: "j M",
  dateYear: "j M Y",
};
const say = (key, values = {}) => fill(english[key], values);

test("moments are said on the reader's own wall", () => {
  const at = Date.parse("2026-11-23T17:30:00+00:00");
  const now = Date.parse("2026-11-23T20:00:00+00:00");
  assert.equal(when(at, now, say, "UTC"), "today 17:30");
  assert.equal(when(at, now, say, "Asia/Shanghai"), "today 01:30");
  assert.equal(when(at, now + 86_400_000, say, "Asia/Shanghai"), "yesterday 01:30");
  assert.equal(when(at, now + 5 * 86_400_000, say, "Asia/Shanghai"), "24 Nov, 01:30");
  assert.equal(when(at, now + 365 * 86_400_000, say, "UTC"), "23 Nov 2026, 17:30");
  assert.equal(onTheWall(Date.parse("2026-11-23T16:00:00Z"), "Asia/Shanghai").time, "00:00");
});

test("how long ago is counted in the reader's days", () => {
  const at = Date.parse("2026-11-22T22:00:00+00:00");
  const after = (hours) => at + hours * 3_600_000;
  assert.equal(ago(at, at + 5_000, say, "UTC"), "just now");
  assert.equal(ago(at, at + 360_000, say, "UTC"), "6 min ago");
  assert.equal(ago(at, after(11), say, "UTC"), "11 h ago");
  assert.equal(ago(at, after(13), say, "UTC"), "yesterday 22:00");
  assert.equal(ago(at, after(13), say, "Asia/Shanghai"), "13 h ago");
  assert.equal(ago(at, after(24 * 3), say, "UTC"), "3 days ago");
  assert.equal(ago(at, after(24 * 8), say, "UTC"), "22 Nov");
});

test("dates follow the language's own format", () => {
  const day = { year: 2026, month: 9, day: 5 };
  assert.equal(dated("j M Y", day), "5 Sep 2026");
  assert.equal(dated("n 月 j 日", day), "9 月 5 日");
});

test("walking stays inside the list", () => {
  assert.equal(step(-1, 1, 3), 0);
  assert.equal(step(-1, -1, 3), 2);
  assert.equal(step(2, 1, 3), 2);
  assert.equal(step(0, -1, 3), 0);
  assert.equal(step(0, 1, 0), -1);
});

test("a match is marked whatever its case", () => {
  assert.deepEqual(pieces("Winter winter", "WIN"), [
    ["Win", true],
    ["ter ", false],
    ["win", true],
    ["ter", false],
  ]);
  assert.deepEqual(pieces("冬季续航", "续航"), [
    ["冬季", false],
    ["续航", true],
  ]);
  assert.deepEqual(pieces("a", ""), [["a", false]]);
  assert.deepEqual(pieces("İstanbul", "s"), [["İstanbul", false]]);
});
test("searches are remembered once, newest first, six of them", () => {
  assert.deepEqual(remembered(["a", "b"], " b "), ["b", "a"]);
  assert.deepEqual(remembered(["a"], "  "), ["a"]);
  assert.equal(remembered(["1", "2", "3", "4", "5", "6"], "7").length, 6);
});

test("places are filled, values are not read as places", () => {
  assert.equal(fill("{n} of {max}, {other}", { n: "{max}", max: 3 }), "{max} of 3, {other}");
});

/** A storage whose keys can be listed, as the browser's can. */
function memory() {
  const kept = {};
  const define = (name, value) => Object.defineProperty(kept, name, { value, enumerable: false });
  define("getItem", (key) => kept[key] ?? null);
  define("setItem", (key, value) => {
    kept[key] = value;
  });
  define("removeItem", (key) => {
    delete kept[key];
  });
  return kept;
}

test("a draft is kept until what was sent can be read on the page", () => {
  let now = 1000;
  const box = drafts(memory(), () => now);
  box.save("thread-7", "The **same** road, −9 °C and 20 minutes of preheating");
  box.arrived("The same road, −9 °C and 20 minutes of preheating");
  assert.ok(box.read("thread-7"), "not sent yet");
  box.sending("thread-7");
  box.arrived("something else");
  assert.ok(box.read("thread-7"), "not there");
  now += 1000;
  box.arrived("… road, −9 °C and 20 minutes of preheating …");
  assert.equal(box.read("thread-7"), null);
});
test("empty words are no draft, old ones are forgotten", () => {
  let now = 0;
  const box = drafts(memory(), () => now);
  box.save("a", "words");
  box.save("a", "  ");
  assert.equal(box.read("a"), null);
  box.save("a", "words");
  now = 31 * 24 * 3600 * 1000;
  assert.equal(box.read("a"), null);
});
test("what was sent is remembered with the key that makes it count once", () => {
  const box = drafts(memory(), () => 5);
  box.save("a", "words", { base: 3 });
  box.sending("a", "key-1");
  assert.deepEqual(box.read("a"), { text: "words", at: 5, base: 3, sent: 5, once: "key-1" });
});
test("words of two devices are compared by the revision they stand on", () => {
  const site = { revision: 4, text: "theirs" };
  assert.equal(compare(null, site), "theirs");
  assert.equal(compare({ text: "theirs", base: 1 }, site), "theirs");
  assert.equal(compare({ text: "mine", base: 4 }, site), "ours");
  assert.equal(compare({ text: "mine", base: 3 }, site), "both");
  assert.equal(compare({ text: "mine" }, site), "both");
  assert.equal(compare({ text: "mine", base: 3, synced: true }, site), "theirs");
});
test("a draft that is gone from the site comes back only if something was added to it", () => {
  const none = { revision: 0, text: "" };
  assert.equal(compare({ text: "mine", base: 3, synced: true }, none), "gone");
  assert.equal(compare({ text: "mine", base: 3 }, none), "ours");
  assert.equal(compare({ text: "mine" }, none), "ours");
});
test("what stands beside the words is kept with them, and tells two drafts apart", () => {
  const box = drafts(memory(), () => 5);
  box.save("new-a", "", { words: { title: "Only a title", lane: "ask" } });
  assert.equal(box.read("new-a").words.title, "Only a title");
  box.save("new-a", " ", { words: { title: " ", lane: "ask" } });
  assert.equal(box.read("new-a"), null);
  const site = { revision: 4, text: "same", words: { title: "One", lane: "tell" } };
  assert.equal(compare({ text: "same", base: 4, words: { title: "Two" } }, site), "ours");
  assert.equal(compare({ text: "same", base: 3, words: { f7: "9" } }, site), "both");
  assert.equal(compare({ text: "same", base: 3, words: { title: "One", lane: "ask" } }, site), "theirs");
  assert.equal(compare({ text: "same", base: 4, words: { title: "Two" }, sent: 3 }, site), "theirs");
  assert.equal(compare({ text: "same", base: 3 }, site), "theirs");
});
test("the same lines are the same, whatever ends them", () => {
  assert.equal(lines("one\r\ntwo\rthree\n"), "one\ntwo\nthree\n");
  assert.equal(lines(undefined), "");
});
test("a storage that refuses says so", () => {
  const box = drafts({
    getItem: () => "{broken",
    setItem: () => {
      throw new Error("full");
    },
  });
  assert.equal(box.save("a", "words"), false);
  assert.equal(box.read("a"), null);
});
test("marks do not hide that words stand on the page", () => {
  assert.ok(
    stands(
      "> quoted\n\n1. [here](https://x.example) a longer plain run of words",
      "… a longer plain run  of words …",
    ),
  );
  assert.ok(!stands("**", "anything"));
});
