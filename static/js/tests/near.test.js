import assert from "node:assert/strict";
import { test } from "node:test";
import { saysEnough } from "../near.js";

test("a title that says enough is looked for", () => {
  for (const title of ["冬天", "Cold start", "How far", "E 冬天续航"]) assert.ok(saysEnough(title), title);
  for (const title of ["", "  ", "冬", "Cold", "a b", "Range"]) assert.ok(!saysEnough(title), title);
});
