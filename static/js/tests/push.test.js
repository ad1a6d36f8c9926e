import assert from "node:assert/strict";
import { test } from "node:test";
import { putAway } from "../push.js";

/** A browser in which these notices lie; `left` are the tags of those that still do. */
function browser(...tags) {
  const left = new Set(tags);
  const lying = tags.map((tag) => ({ tag, close: () => left.delete(tag) }));
  return { left, workers: { getRegistration: async () => ({ getNotifications: async () => lying }) } };
}

const says = (answer) => async () => ({ ok: true, json: async () => answer });

test("what was read elsewhere is put away, and what waits stays", async () => {
  const { left, workers } = browser("notice-3", "notice-5", "test");
  const asked = [];
  await putAway(workers, async (address) => {
    asked.push(address);
    return { ok: true, json: async () => ({ n: 1, open: [5] }) };
  });
  assert.deepEqual([...left], ["notice-5", "test"]);
  assert.deepEqual(asked, ["/notices/count/?of=3-5"]);
});

test("whoever signed out leaves no notice behind", async () => {
  const { left, workers } = browser("notice-3");
  await putAway(workers, says({ n: 0 }));
  assert.equal(left.size, 0);
});

test("where nothing lies nobody is asked, and without an answer all stays", async () => {
  await putAway(browser("test").workers, () => assert.fail("asked"));
  await putAway(undefined, () => assert.fail("asked"));
  const { left, workers } = browser("notice-3");
  await putAway(workers, async () => ({ ok: false }));
  await putAway(workers, async () => {
    throw new TypeError("offline");
  });
  assert.equal(left.size, 1);
});
