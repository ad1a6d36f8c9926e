import assert from "node:assert/strict";
import { test } from "node:test";
import { placeFor } from "../dock.js";

test("the reply box opens beside the thread where there is room, below it or over it where there is none", () => {
  assert.deepEqual(placeFor({ isPhone: false, columnEnd: 960, windowWidth: 1440 }), {
    place: "beside",
    left: 984,
  });
  assert.deepEqual(placeFor({ isPhone: false, columnEnd: 700, windowWidth: 1000 }), { place: "below" });
  assert.deepEqual(placeFor({ isPhone: true, columnEnd: 380, windowWidth: 390 }), { place: "full" });
});
