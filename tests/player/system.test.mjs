import assert from "node:assert/strict";
import test from "node:test";
import { check, cookies, judgeClock, judgeTrip, judgeWindow, server, storage, sum } from "../../exams/static/exams/system.js";

const NOON = Date.parse("2026-11-23T12:00:00Z");

/** A page that keeps cookies as a browser does, or none. */
function page(keeps = true) {
  const jar = new Map();
  return {
    get cookie() { return [...jar].map(([name, value]) => `${name}=${value}`).join("; "); },
    set cookie(text) {
      const [pair, ...rest] = text.split("; ");
      const [name, value] = pair.split("=");
      if (rest.includes("Max-Age=0")) jar.delete(name);
      else if (keeps) jar.set(name, value);
    },
  };
}

/** As much of IndexedDB as the check uses; `fails` names the step that goes wrong. */
function factory(fails) {
  const kept = new Map();
  const names = new Set();
  const request = (step, result, upgrade) => {
    const made = { result, error: new Error(step) };
    queueMicrotask(() => {
      if (step === fails) return made.onerror();
      if (upgrade) made.onupgradeneeded?.();
      made.onsuccess();
    });
    return made;
  };
  const store = {
    put: (value, key) => { kept.set(key, fails === "forgets" ? null : value); return request("put"); },
    get: (key) => request("get", kept.get(key)),
  };
  const database = {
    createObjectStore: () => store,
    transaction: () => ({ objectStore: () => store }),
    close: () => {},
  };
  return {
    names,
    open: (name) => { names.add(name); return request("open", database, true); },
    deleteDatabase: (name) => { names.delete(name); return request("delete"); },
  };
}

/** A server that is `ahead` ms of the device and answers after `trips`, in turn. */
function away({ ahead = 0, trips = [40], stamp } = {}) {
  let local = 0, turn = 0;
  return {
    monotonic: () => local,
    wall: () => NOON + local,
    ask: async () => {
      const trip = trips[turn++ % trips.length];
      local += trip / 2;
      const answer = { server_time: stamp ?? new Date(NOON + local + ahead).toISOString() };
      local += trip / 2;
      return answer;
    },
  };
}

test("cookies are tried, and the try is taken away again", () => {
  const kept = page();
  assert.equal(cookies(kept).stands, "good");
  assert.equal(kept.cookie, "");
  assert.equal(cookies(page(false)).stands, "bad");
});

test("storage is tried by writing and reading, and nothing is left behind", async () => {
  const made = factory();
  assert.equal((await storage(made)).stands, "good");
  assert.equal(made.names.size, 0);
});

test("storage that is missing, refuses or forgets is not in order", async () => {
  assert.equal((await storage(null)).stands, "bad");
  for (const step of ["open", "put", "get", "delete", "forgets"]) {
    assert.equal((await storage(factory(step))).stands, "bad", step);
  }
  assert.equal((await storage({ open: () => { throw new Error("SecurityError"); } })).stands, "bad");
});

test("the smallest of several round trips is told, and the clock compared by it", async () => {
  const device = away({ trips: [900, 30, 400] });
  const found = await server(device.ask, device);
  assert.match(found.trip.says, /30 milliseconds/);
  assert.equal(found.clock.stands, "good");
});

test("a clock that is an hour off does no harm, and is said", async () => {
  for (const [ahead, word] of [[-3_600_000, "ahead"], [3_600_000, "behind"]]) {
    const device = away({ ahead });
    const { clock } = await server(device.ask, device);
    assert.equal(clock.stands, "warning");
    assert.match(clock.says, new RegExp(`60 minutes ${word}`));
  }
});

test("a server that can't be reached is not in order, and the clock is not judged", async () => {
  const device = away();
  const found = await server(async () => { throw new Error("offline"); }, device);
  assert.equal(found.trip.stands, "bad");
  assert.equal(found.clock.stands, "warning");
});

test("an answer without a time is no time", async () => {
  const device = away({ stamp: "soon" });
  assert.equal((await server(device.ask, device)).clock.stands, "warning");
});

test("findings are judged in words", () => {
  assert.equal(judgeTrip(1500).stands, "good");
  assert.match(judgeTrip(2400).says, /2\.4 seconds/);
  assert.equal(judgeClock(-60_000).stands, "good");
  assert.match(judgeClock(1000).says, /to 1 second\./);
  assert.match(judgeClock(90_000).says, /2 minutes ahead/);
  assert.match(judgeClock(-86_400_000).says, /24 hours behind/);
  assert.equal(judgeWindow(599, 800).stands, "warning");
  assert.equal(judgeWindow(600, 800).stands, "good");
});

test("every check tells once, and the sum says what it comes to", async () => {
  const told = [];
  await check((name, found) => told.push([name, found.stands]), {
    ...away(), page: page(), width: () => 1280, height: () => 720, storage: () => factory(),
  });
  assert.deepEqual(told, ["scripts", "cookies", "window", "storage", "trip", "clock"].map((name) => [name, "good"]));
  assert.match(sum(["good"]), /Everything is in order/);
  assert.match(sum(["good", "warning"]), /worth a look/);
  assert.match(sum(["warning", "bad"]), /not in order/);
});
