import assert from "node:assert/strict";
import { test } from "node:test";
import { begun, leaves, meaning, sends } from "../desk.js";
import { isKnown, Presence } from "../presence.js";
import { inTurn, knowsBetter, unseen } from "../queue.js";

test("j and k step through the queue, ? helps, letters are acts", () => {
  assert.deepEqual(meaning("j"), { by: 1 });
  assert.deepEqual(meaning("k"), { by: -1 });
  assert.deepEqual(meaning("?"), { help: true });
  for (const key of "oracqtplbfsnuw") assert.deepEqual(meaning(key), { act: key });
});

test("rows that are not shown yet are told, in their order", () => {
  assert.deepEqual(unseen(["3", "1"], ["4", "3", "2", "1"]), ["4", "2"]);
  assert.deepEqual(unseen([], []), []);
});

test("any other key means nothing here", () => {
  for (const key of ["d", "x", "Enter", "", "or", "J"]) assert.equal(meaning(key), null);
});

test("an answer is set in behind what stands there, its first open blank chosen", () => {
  assert.deepEqual(begun({ text: "", start: 0, end: 0 }, "Hello {car}."), {
    text: "Hello {car}.",
    start: 6,
    end: 11,
  });
  assert.deepEqual(begun({ text: "Hi \nthere", start: 3, end: 3 }, "A \\{car\\}"), {
    text: "Hi\n\nA \\{car\\}\n\nthere",
    start: 13,
    end: 13,
  });
});

test("Enter on a choice sends its form, and no other key or place does", () => {
  const on = (selector) => ({ matches: (asked) => asked === selector });
  const choice = { key: "Enter", target: on(".pop select") };
  assert.equal(sends(choice), true);
  assert.equal(sends({ ...choice, key: " " }), false);
  assert.equal(sends({ ...choice, ctrlKey: true }), false);
  assert.equal(sends({ ...choice, isComposing: true }), false);
  assert.equal(sends({ ...choice, defaultPrevented: true }), false);
  assert.equal(sends({ key: "Enter", target: on("textarea") }), false);
});

test("Escape leaves the editor, unless something that is open or being composed takes it", () => {
  const on = (selector) => ({ matches: (asked) => asked === selector });
  const key = { key: "Escape", target: on("form#reply textarea") };
  assert.equal(leaves(key), true);
  assert.equal(leaves({ ...key, defaultPrevented: true }), false);
  assert.equal(leaves({ ...key, isComposing: true }), false);
  assert.equal(leaves({ ...key, key: "e" }), false);
  assert.equal(leaves({ ...key, target: on(".pop input") }), false);
});

test("the act of the thread that is open stays, unless somebody is at it", () => {
  const row = (isOpen) => ({ hasAttribute: () => isOpen });
  const words = (isAct) => ({ querySelector: () => (isAct ? {} : null) });
  assert.equal(knowsBetter(".do", row(true), words(true), words(true)), true);
  assert.equal(knowsBetter(".do", row(true), words(true), words(false)), false);
  assert.equal(knowsBetter(".do", row(false), words(true), words(true)), false);
  assert.equal(knowsBetter(".sc", row(true), words(true), words(true)), false);
});

test("a look that was overtaken by a later one shows nothing any more", () => {
  const looks = inTurn();
  const [early, late] = [looks.begin(), looks.begin()];
  assert.equal(looks.takes(late), true);
  assert.equal(looks.takes(early), false);
  assert.equal(looks.takes(looks.begin()), true);
  assert.equal(looks.takes(looks.begin()), true);
});

test("who of the team is at it is said once: not again under the posts of the thread", () => {
  const frame = { count: 1, staff: true, names: ["Li"] };
  assert.equal(isKnown(frame, "Li"), true);
  assert.equal(isKnown(frame, "Mei"), false);
  assert.equal(isKnown(frame, undefined), false);
  assert.equal(isKnown({ ...frame, staff: false }, "Li"), false);
  const words = { liveStaffNamed: "{name} from the team is answering" };
  const asked = { "[data-at-it]": { dataset: { atIt: "Li" } } };
  globalThis.document = {
    querySelector: (selector) => asked[selector],
    getElementById: () => ({ textContent: JSON.stringify(words) }),
  };
  const place = {};
  new Presence(place).show(frame);
  assert.deepEqual(place, { textContent: "", hidden: true });
  new Presence(place).show({ ...frame, names: ["Mei"] });
  assert.deepEqual(place, { textContent: "Mei from the team is answering", hidden: false });
  delete globalThis.document;
});
