import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { freshSince } from "../board.js";
import { Line } from "../line.js";

/** A page whose sockets are blocked. Returns what a test may turn. */
function blocked() {
  const nowhere = { addEventListener() {} };
  const page = { ...nowhere, hidden: false, documentElement: { lang: "en" }, dispatchEvent() {} };
  Object.assign(globalThis, {
    document: page,
    window: nowhere,
    location: { origin: "http://there" },
    WebSocket: class {
      constructor() {
        throw new Error("blocked");
      }
    },
  });
  return page;
}

test("where sockets are blocked a page asks by HTTP, spread out, and not while nobody looks", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const page = blocked();
  let asked = 0;
  const line = new Line({ topics: {}, onFrame() {}, poll: () => (asked += 1) });
  mock.timers.tick(400);
  assert.equal(asked, 0, "a first failure may be chance");
  for (let second = 0; second < 600; second += 1) mock.timers.tick(1000);
  const usual = asked;
  assert.ok(usual > 600 / 20 && usual < 600 / 11, `${usual} in ten minutes`);
  page.hidden = true;
  for (let second = 0; second < 60; second += 1) mock.timers.tick(1000);
  assert.equal(asked, usual);
  page.hidden = false;
  for (let second = 0; second < 20; second += 1) mock.timers.tick(1000);
  assert.ok(asked > usual);
  line.isOver = true; // signed out, or shown out
  const last = asked;
  for (let second = 0; second < 60; second += 1) mock.timers.tick(1000);
  assert.equal(asked, last);
  mock.timers.reset();
});

test("two pages that lose their sockets together do not ask together", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  blocked();
  const moments = [[], []];
  let now = 0;
  const lines = moments.map((list) => new Line({ topics: {}, onFrame() {}, poll: () => list.push(now) }));
  for (; now < 600; now += 1) mock.timers.tick(1000);
  const together = moments[0].filter((moment) => moments[1].includes(moment)).length;
  assert.ok(together < moments[0].length / 2, `${together} of ${moments[0].length}`);
  for (const line of lines) line.isOver = true;
  mock.timers.reset();
});

test("threads somebody wrote in since are told from the others", () => {
  const threads = [
    [3, 1_700_000_000_000_003, 1_600_000_000_000_000],
    [2, 1_700_000_000_000_002, 1_700_000_000_000_002],
    [1, 1_700_000_000_000_001, 1_600_000_000_000_000],
  ];
  assert.deepEqual(freshSince(threads, 1_700_000_000_000_001), [3, 2]);
  assert.deepEqual(freshSince(threads, 1_700_000_000_000_003), []);
});
