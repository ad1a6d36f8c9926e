import assert from "node:assert/strict";
import { test } from "node:test";

import { placeAmong, pointsOf, samePlaces } from "../run.js";

test("points fall in proportion, in the server's whole numbers", () => {
  const told = [0, 1, 40, 10_000, 20_000, 99_000].map((took) => pointsOf(took, 20));
  assert.deepEqual(told, [1000, 1000, 999, 750, 500, 500]);
});

test("who is level shares a place", () => {
  const scores = [900, 700, 700, 100];
  assert.deepEqual(
    [900, 700, 100, 0].map((mine) => placeAmong(mine, scores)),
    [1, 2, 4, 5],
  );
});

test("nobody has a place while nobody has points", () => {
  assert.equal(placeAmong(0, [0, 0, 0]), null);
  assert.equal(placeAmong(0, [700, 0, 0]), 2);
});

test("the order of picks says nothing", () => {
  assert.ok(samePlaces([2, 0], [0, 2]));
  assert.ok(!samePlaces([0], [0, 2]));
});
