import assert from "node:assert/strict";
import { test } from "node:test";
import { roads } from "../tallies.js";

test("shares are whole per cents of everybody, lengths leave room at the end", () => {
  const drawn = roads({ 1: [3, 1], 2: [0, 4] }, [3, 5], false);
  assert.deepEqual(drawn[1], { percent: 50, solid: 69, length: 92 });
  assert.deepEqual(drawn[2], { percent: 50, solid: 0, length: 92 });
});

test("where members decide, guests move no bar", () => {
  const drawn = roads({ 1: [1, 9], 2: [2, 0] }, [3, 9], true);
  assert.equal(drawn[1].percent, 33);
  assert.equal(drawn[2].percent, 67);
  assert.equal(drawn[1].length, drawn[1].solid);
});

test("nobody is nothing of anything", () => {
  assert.deepEqual(roads({ 1: [0, 0] }, [0, 0], false)[1], { percent: 0, solid: 0, length: 0 });
});
