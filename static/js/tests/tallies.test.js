import assert from "node:assert/strict";
import { test } from "node:test";
import { roads } from "../tallies.js";

test("shares are whole per cents of everybody, and a bar is as long as its share", () => {
  const drawn = roads({ 1: [3, 1], 2: [0, 4], 3: [0, 8] }, [3, 5], false);
  assert.deepEqual(drawn[1], { percent: 50, solid: 37.5, length: 50 });
  assert.deepEqual(drawn[2], { percent: 50, solid: 0, length: 50 });
  assert.deepEqual(drawn[3], { percent: 100, solid: 0, length: 100 });
});

test("where members decide, guests move no bar", () => {
  const drawn = roads({ 1: [1, 9], 2: [2, 0] }, [3, 9], true);
  assert.equal(drawn[1].percent, 33);
  assert.equal(drawn[2].percent, 67);
  assert.equal(drawn[1].length, drawn[1].solid);
});

test("votes that lie in the box are part of no share", () => {
  const drawn = roads({ 1: [4, 0], 2: [1, 0] }, [12, 0], false, 7);
  assert.deepEqual([drawn[1].percent, drawn[2].percent], [80, 20]);
});

test("nobody is nothing of anything", () => {
  assert.deepEqual(roads({ 1: [0, 0] }, [0, 0], false)[1], { percent: 0, solid: 0, length: 0 });
});
