import assert from "node:assert/strict";
import { test } from "node:test";
import { isShape } from "../made.js";

test("only a field of a picture's shape is one", () => {
  const at = (currentSrc, naturalWidth, width) => isShape({ currentSrc, naturalWidth, width });
  assert.ok(at("https://a.example/files/ab/abc-xyz-960.webp", 23, 630));
  assert.ok(!at("https://a.example/files/ab/abc-xyz-960.webp", 704, 630));
  assert.ok(!at("https://a.example/files/ab/abc-xyz-32.webp", 24, 24), "a picture that is no larger");
  assert.ok(!at("data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==", 1, 88));
});
