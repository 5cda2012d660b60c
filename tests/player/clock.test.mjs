import assert from "node:assert/strict";
import test from "node:test";
import { createClock, digits, secondsIn, spoken, words } from "../../exams/static/exams/clock.js";
import { chance } from "./chance.mjs";

const NOON = Date.parse("2026-11-23T12:00:00Z");
const stamp = (ms) => new Date(NOON + ms).toISOString();

test("the clock knows nothing before the first answer", () => {
  const clock = createClock(() => 5);
  assert.equal(clock.now(), null);
  assert.equal(clock.until(stamp(0)), null);
});

test("the smallest round trip wins", () => {
  let local = 0;
  const clock = createClock(() => local);
  clock.observe(stamp(1000), 0, 900); // somewhere in 900 ms
  clock.observe(stamp(1020), 500, 520); // within 20 ms: server is 510 ahead
  clock.observe(stamp(2300), 1000, 2500); // slow again, and ignored
  local = 2000;
  assert.equal(clock.now(), NOON + 2510);
});

test("whatever the network does, the error is at most half of the smallest round trip", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const lot = chance(seed);
    const offset = lot.below(1e6);
    let local = 0, smallest = Infinity;
    const clock = createClock(() => local);
    for (let turn = 0; turn < 20; turn += 1) {
      local += 1000 + lot.below(5000);
      const [there, back] = [lot.below(lot.of([20, 3000])), lot.below(lot.of([20, 3000]))];
      clock.observe(stamp(local + there + offset), local, local + there + back);
      smallest = Math.min(smallest, there + back);
      local += there + back;
      assert.ok(Math.abs(clock.now() - (NOON + local + offset)) <= smallest / 2 + 1, `seed ${seed}`);
    }
  }
});

test("after the device slept, the first answer sets the clock right, however slow it is", () => {
  let local = 0;
  const clock = createClock(() => local);
  clock.observe(stamp(10), 0, 20);
  local = 1000;
  clock.observe(stamp(600_000 + 1200), 1000, 1400); // ten minutes that this clock did not count
  local = 1400;
  assert.equal(clock.now(), NOON + 600_000 + 1400);
});

test("an answer that makes no sense changes nothing", () => {
  const clock = createClock(() => 100);
  clock.observe(stamp(10), 0, 20);
  clock.observe("yesterday", 0, 1);
  clock.observe(stamp(99_999), 50, 40);
  assert.equal(clock.now(), NOON + 100);
});

test("no decision reads a clock that people can set", async () => {
  const { readFile, readdir } = await import("node:fs/promises");
  const folder = new URL("../../exams/static/exams/", import.meta.url);
  for (const name of (await readdir(folder)).filter((one) => one.endsWith(".js"))) {
    const text = await readFile(new URL(name, folder), "utf8");
    // The system check tells people how far off the device's clock is. That is what it reads it for, in one place,
    // and no module of the player may lean on it.
    const others = name === "system.js" ? text.replace("wall: () => Date.now(),", "") : text;
    assert.doesNotMatch(others, /Date\.now|new Date\(\)|Date\(\)/, name);
    assert.doesNotMatch(text, /from "\.\/system\.js"/, name);
  }
});

test("time stands in digits and in words", () => {
  assert.deepEqual([4327, 605, 59, 0].map(digits), ["1:12:07", "10:05", "0:59", "0:00"]);
  assert.deepEqual([4327, 3600, 60, 61, 1, 59, 0].map(words), [
    "1 hour 12 minutes left", "1 hour left", "1 minute left", "1 minute left", "1 second left", "59 seconds left", "The time is up",
  ]);
  assert.deepEqual([-5, 999, 1000].map(secondsIn), [0, 0, 1]);
});

test("it is spoken at 30, 10, 5 and 1 minutes, and at no other time", () => {
  const said = [];
  for (let second = 5400; second > 0; second -= 1) {
    const text = spoken(second, second - 1);
    if (text) said.push(text);
  }
  assert.deepEqual(said, ["30 minutes left", "10 minutes left", "5 minutes left", "1 minute left"]);
});

test("after a pause only the last of the moments that passed is spoken", () => {
  assert.equal(spoken(2000, 299), "5 minutes left");
  assert.equal(spoken(2000, 0), null);
  assert.equal(spoken(250, 250), null);
});
