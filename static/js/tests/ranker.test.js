import assert from "node:assert/strict";
import { test } from "node:test";
import { moved } from "../ranker.js";

test("a row goes where it is put, and the others close up", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], 1, 9), ["a", "c", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], 1, -3), ["b", "a", "c"]);
});
