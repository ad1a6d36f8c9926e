import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Steps, TIRED } from "../steps.js";

const SPREAD_AND_A_BIT = 350;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A page's hands: what it listens to, and time. */
function page() {
  const heard = { online: [], visibilitychange: [] };
  const ear = { addEventListener: (name, act) => heard[name].push(act) };
  Object.assign(globalThis, { window: ear, document: { ...ear, hidden: false } });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  return {
    happens: (name) => {
      for (const act of heard[name]) act();
    },
    async passes(milliseconds) {
      for (let gone = 0; gone < milliseconds; gone += 50) {
        mock.timers.tick(50);
        await settled();
      }
    },
  };
}

/** A thread on a server that answers with `fails` (a status, or an error) as long as there are any. */
function thread(fails = []) {
  const server = { asked: [], last: 10, fails };
  globalThis.fetch = async (address) => {
    const after = Number(address.split("after=")[1]);
    server.asked.push(after);
    const wrong = server.fails.shift();
    if (wrong instanceof Error) throw wrong;
    if (wrong) return { ok: false, status: wrong };
    const { last } = server;
    const frames = [];
    for (let s = after + 1; s <= last; s += 1) frames.push({ s, k: "reply" });
    await server.meanwhile?.();
    return { ok: true, json: async () => ({ s: last, reload: false, frames }) };
  };
  return server;
}

/** Somebody who is told numbers only, from step 10 on. */
function reader() {
  const shown = [];
  const moods = [];
  const steps = new Steps({
    at: 10,
    address: "/since/",
    apply: (frame) => shown.push(frame.s),
    isBare: (frame) => frame.k === "reply",
    onReload: () => moods.push("reload"),
    onTired: () => moods.push("tired"),
    onRested: () => moods.push("rested"),
  });
  return { steps, shown, moods };
}

for (const wrong of [502, new TypeError("the line is cut")]) {
  test(`a step that could not be fetched (${wrong}) is fetched by itself, and what followed waits its turn`, async () => {
    const { passes } = page();
    const server = thread([wrong]);
    const { steps, shown, moods } = reader();
    server.last = 12;
    steps.hear({ s: 11, k: "reply" });
    steps.hear({ s: 12, k: "reactions" });
    while (!server.asked.length) await passes(50);
    assert.deepEqual(
      [server.asked, shown, steps.at],
      [[10], [], 10],
      "nothing counts as heard that is not shown",
    );
    steps.hear({ s: 12, k: "reactions" }); // told anew, by a socket that came back
    await passes(1000);
    assert.deepEqual([server.asked, shown, steps.at], [[10, 10], [11, 12], 12]);
    steps.hear({ s: 11, k: "reply" });
    await passes(60_000);
    assert.deepEqual([server.asked.length, shown, moods], [2, [11, 12], []]);
  });
}

test("what happens while steps are fetched is fetched after them", async () => {
  const { passes } = page();
  const server = thread();
  const { steps, shown } = reader();
  server.last = 11;
  server.meanwhile = () => {
    server.meanwhile = null;
    server.last = 12;
    steps.hear({ s: 12, k: "reactions" });
  };
  steps.hear({ s: 11, k: "reply" });
  await passes(2000);
  assert.deepEqual(
    [server.asked, shown],
    [
      [10, 11],
      [11, 12],
    ],
  );
});

test("a server that stays away is asked ever more rarely, the reader is told once, and all comes in the end", async () => {
  const { passes } = page();
  const server = thread(Array(400).fill(502));
  const { steps, shown, moods } = reader();
  server.last = 11;
  steps.hear({ s: 11, k: "reply" });
  await passes(600_000);
  assert.ok(server.asked.length > TIRED && server.asked.length < 60, `${server.asked.length} in ten minutes`);
  assert.deepEqual(moods, ["tired"]);
  server.fails = [];
  await passes(46_000);
  assert.deepEqual([shown, moods], [[11], ["tired", "rested"]]);
});

for (const [name, act] of Object.entries({
  "the network is back": ({ happens }) => happens("online"),
  "somebody looks": ({ happens }) => happens("visibilitychange"),
  "more happens": (_hands, steps) => steps.hear({ s: 11, k: "reactions" }),
})) {
  test(`the pause after failures ends when ${name}`, async () => {
    const hands = page();
    const server = thread(Array(8).fill(502));
    const { steps, shown } = reader();
    server.last = 11;
    steps.hear({ s: 11, k: "reply" });
    while (server.fails.length) await hands.passes(1000);
    await hands.passes(SPREAD_AND_A_BIT); // into a pause of a quarter of a minute at the least
    assert.deepEqual(shown, []);
    act(hands, steps);
    await hands.passes(SPREAD_AND_A_BIT);
    assert.deepEqual(shown, [11]);
  });
}
