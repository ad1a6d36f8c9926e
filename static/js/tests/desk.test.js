import assert from "node:assert/strict";
import { test } from "node:test";
import { meaning } from "../desk.js";

test("j and k step through the queue, ? helps, letters are acts", () => {
  assert.deepEqual(meaning("j"), { by: 1 });
  assert.deepEqual(meaning("k"), { by: -1 });
  assert.deepEqual(meaning("?"), { help: true });
  for (const key of "oraqplsnu") assert.deepEqual(meaning(key), { act: key });
});

test("any other key means nothing here", () => {
  for (const key of ["b", "x", "Enter", "", "or", "J"]) assert.equal(meaning(key), null);
});
