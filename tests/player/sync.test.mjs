import assert from "node:assert/strict";
import test from "node:test";
import { createClock } from "../../exams/static/exams/clock.js";
import { begin, notices, reduce, valueAt } from "../../exams/static/exams/state.js";
import { memoryStore } from "../../exams/static/exams/store.js";
import { createSync, createTransport, retryAfter } from "../../exams/static/exams/sync.js";
import { chance } from "./chance.mjs";
import { calm, createServer, createTimers } from "./server.mjs";

/** A page at work on a server: `network` may be replaced, and decides what becomes of each request. */
function visit({ server, timers = createTimers(), store = memoryStore(), network = async (work) => work(), random = () => 0 }) {
  let epoch = server.epoch;
  const page = { timers, store, network, sent: [], state: begin({ length: 5, responses: server.current() }) };
  const through = async (work) => {
    server.now = timers.now();
    const answer = await page.network(async () => work());
    return { ...answer, sentAt: timers.now(), receivedAt: timers.now() };
  };
  const transport = {
    lease: async () => { const answer = await through(() => server.lease()); epoch = answer.said.epoch ?? epoch; return answer; },
    send: (batch) => { page.sent.push(batch); return through(() => server.send(batch)); },
    ask: () => through(() => server.ask(epoch)),
    beat: () => through(() => server.beat(epoch)),
  };
  const tell = (action) => { page.state = reduce(page.state, action); };
  page.sync = createSync({ transport, store, clock: createClock(timers.now), read: () => page.state, tell, timer: timers.timer, random });
  page.tell = tell;
  page.open = async () => { tell({ type: "restored", events: await store.all() }); await page.sync.flush(); };
  page.choose = async (position, value) => {
    const before = page.state;
    tell({ type: "chose", position, value });
    if (page.state === before) return;
    const event = page.state.outbox.at(-1);
    await store.add(event);
    tell({ type: "kept", ...event });
    page.sync.soon();
  };
  return page;
}

const broken = async () => { throw new TypeError("network"); };
const whole = async (work) => work();
const shown = (state) => Object.fromEntries([1, 2, 3, 4, 5].map((position) => [position, valueAt(state, position)]).filter(([, value]) => value !== null));

test("a choice is sent a second later, together with what was chosen meanwhile", async () => {
  const page = visit({ server: createServer() });
  await page.open();
  await page.choose(1, "a");
  await page.timers.pass(600);
  await page.choose(2, "b");
  assert.equal(page.sent.length, 0);
  await page.timers.pass(400);
  assert.deepEqual(page.sent.map((batch) => batch.events.length), [2]);
  assert.deepEqual([page.state.outbox, await page.store.all()], [[], []]);
});

test("a choice is on the device before it is sent, and leaves it only when acknowledged", async () => {
  const page = visit({ server: createServer() });
  await page.open();
  page.network = broken;
  await page.choose(1, "a");
  await page.timers.pass(5000);
  assert.equal((await page.store.all()).length, 1);
  assert.equal(page.state.missed, true);
  page.network = whole;
  await page.timers.pass(15_000);
  assert.deepEqual([await page.store.all(), page.state.missed], [[], false]);
});

test("in the last seconds nothing waits for company", async () => {
  const page = visit({ server: createServer({ deadline: 10_000 }) });
  await page.open();
  await page.timers.pass(6000);
  await page.choose(1, "a");
  await page.timers.pass(0);
  assert.equal(page.sent.length, 1);
});

test("after misses it waits 1 to 15 seconds, longer each time and never in step", () => {
  for (let misses = 1; misses < 12; misses += 1) {
    assert.ok(retryAfter(misses, () => 0) >= 1000);
    assert.ok(retryAfter(misses, () => 1) <= 15_000);
    assert.ok(retryAfter(misses + 1, () => 0.5) >= retryAfter(misses, () => 0.5));
    assert.notEqual(retryAfter(misses, () => 0.2), retryAfter(misses, () => 0.8));
  }
});

test("in the last minute no pause between two tries is longer than two seconds", async () => {
  const server = createServer({ deadline: 100_000 });
  const page = visit({ server, random: () => 1 });
  await page.open();
  page.network = broken;
  await page.choose(1, "a");
  await page.timers.pass(97_000);
  page.network = whole;
  await page.timers.pass(2500);
  assert.deepEqual(server.current(), { 1: "a" });
});

test("the pauses grow as the misses go on, and begin anew after an answer", async () => {
  const page = visit({ server: createServer(), random: () => 1 });
  await page.open();
  page.network = broken;
  await page.choose(1, "a");
  await page.timers.pass(1000);
  const pauses = [];
  for (let miss = 0; miss < 6; miss += 1) {
    pauses.push(page.timers.planned()[0]);
    await page.timers.pass(page.timers.planned()[0]);
  }
  assert.deepEqual(pauses, [2000, 4000, 8000, 15_000, 15_000, 15_000]);
  page.network = whole;
  await page.sync.flush();
  page.network = broken;
  await page.choose(1, "b");
  await page.timers.pass(1000);
  assert.deepEqual(page.timers.planned(), [2000]);
});

test("an answer that names some of a batch leaves the rest on the device", async () => {
  const page = visit({ server: createServer() });
  await page.open();
  page.network = async () => ({ status: 200, said: { verdicts: [{ seq: 2, verdict: "accepted" }], lease: { epoch: 2 } } });
  await page.choose(1, "a");
  await page.choose(2, "b");
  await page.timers.pass(1000);
  assert.deepEqual((await page.store.all()).map((one) => one.seq), [1]);
  assert.deepEqual(page.state.outbox.map((one) => one.seq), [1]);
});

test("a server in trouble is asked again and again, and nothing is lost", async () => {
  const server = createServer();
  const page = visit({ server });
  await page.open();
  let asked = 0;
  page.network = async (work) => { asked += 1; return asked < 4 ? { status: 503, said: {} } : work(); };
  await page.choose(3, "c");
  await page.timers.pass(60_000);
  assert.deepEqual([asked, server.current()], [4, { 3: "c" }]);
});

test("a lost acknowledgement is made good by sending again", async () => {
  const server = createServer();
  const page = visit({ server });
  await page.open();
  page.network = async (work) => { await work(); throw new TypeError("lost on the way back"); };
  await page.choose(1, "a");
  await page.timers.pass(1000);
  page.network = whole;
  await page.timers.pass(15_000);
  assert.deepEqual([server.stored.size, page.state.outbox, valueAt(page.state, 1)], [1, [], "a"]);
});

test("a reload sends what waited before it calls anything saved", async () => {
  const server = createServer();
  const first = visit({ server });
  await first.open();
  first.network = broken;
  await first.choose(1, "a");
  await first.choose(1, "b");
  const second = visit({ server, store: first.store });
  await second.open();
  assert.deepEqual([server.current(), shown(second.state), second.state.outbox, second.state.mode], [{ 1: "b" }, { 1: "b" }, [], "writing"]);
  assert.deepEqual(second.sent.map((batch) => batch.epoch), [2]);
});

test("without a connection at the start the paper can be read, and is opened for writing later", async () => {
  const page = visit({ server: createServer(), network: broken });
  await page.open();
  assert.equal(page.state.mode, "opening");
  page.network = whole;
  await page.timers.pass(15_000);
  assert.equal(page.state.mode, "writing");
});

test("another device takes over: the old page is told, stops, and may take the lease back", async () => {
  const server = createServer();
  const old = visit({ server });
  await old.open();
  await old.choose(1, "a");
  await old.timers.pass(1000);
  const other = visit({ server, timers: old.timers });
  await other.open();
  await other.choose(1, "b");
  await other.timers.pass(1000);
  await old.choose(1, "c");
  await old.choose(2, "c");
  await old.timers.pass(1000);
  assert.equal(old.state.mode, "elsewhere");
  assert.deepEqual([server.current(), shown(old.state)], [{ 1: "b", 2: "c" }, { 1: "b", 2: "c" }]);
  assert.deepEqual(notices(old.state).map((one) => one.key), ["elsewhere", "superseded"]);
  await old.choose(3, "a");
  await old.timers.pass(1000);
  assert.equal(server.current()[3], undefined);
  old.tell({ type: "reopened" });
  await old.sync.flush();
  await old.choose(3, "a");
  await old.timers.pass(1000);
  assert.equal(server.current()[3], "a");
});

test("what comes after the end is told as late, and the page knows that it has ended", async () => {
  const server = createServer({ deadline: 5000 });
  const page = visit({ server });
  await page.open();
  page.network = broken;
  await page.choose(1, "a");
  await page.timers.pass(6000);
  page.network = whole;
  await page.timers.pass(15_000);
  assert.deepEqual([page.state.mode, page.state.ended, page.state.told.late], ["over", true, [1]]);
  assert.deepEqual([server.current(), page.state.outbox], [{}, []]);
});

test("at the deadline the page asks until the server has closed the sitting", async () => {
  const server = createServer({ deadline: 5000 });
  const page = visit({ server });
  await page.open();
  page.tell({ type: "over", code: "time-is-up" });
  server.standing = ((standing) => (epoch) => ({ ...standing(epoch), seconds_left: 0 }))(server.standing);
  page.sync.flush();
  await page.timers.pass(3000);
  assert.equal(page.state.ended, false);
  await page.timers.pass(4000);
  assert.equal(page.state.ended, true);
});

test("a page that is refused stops asking, and keeps what it has", async () => {
  for (const status of [401, 403, 404, 422]) {
    const page = visit({ server: createServer() });
    await page.open();
    page.network = async () => ({ status, said: { code: "bad-token" } });
    await page.choose(1, "a");
    await page.timers.pass(60_000);
    assert.deepEqual([page.sent.length, page.state.mode, page.state.code, (await page.store.all()).length], [1, "shut", status, 1]);
  }
});

test("a page outside Safe Exam Browser gets no lease, and is told the reason rather than the number", async () => {
  const page = visit({ server: createServer() });
  page.network = async () => ({ status: 403, said: { code: "safe-browser" } });
  await page.open();
  assert.deepEqual([page.state.mode, page.state.code], ["shut", "safe-browser"]);
});

test("a refused event goes with its verdict, and the others are not held up", async () => {
  const server = createServer({ length: 4 });
  const page = visit({ server });
  await page.open();
  await page.choose(5, "a");
  await page.choose(4, "b");
  await page.timers.pass(1000);
  assert.deepEqual([server.current(), page.state.told.refused, page.state.outbox], [{ 4: "b" }, [5], []]);
});

test("an answer that settles nothing is not asked for in a circle", async () => {
  const page = visit({ server: createServer() });
  await page.open();
  page.network = async () => ({ status: 200, said: { verdicts: [], lease: { epoch: 2 } } });
  await page.choose(1, "a");
  await page.timers.pass(2500);
  assert.ok(page.sent.length <= 3, `${page.sent.length} requests`);
  assert.equal(page.state.outbox.length, 1);
});

test("on leaving, all that waits goes at once, kept or not", async () => {
  const server = createServer();
  const page = visit({ server });
  await page.open();
  await page.choose(1, "a");
  page.tell({ type: "chose", position: 2, value: "b" });
  page.sync.leave();
  await calm();
  assert.deepEqual(server.current(), { 1: "a", 2: "b" });
});

test("before handing in, all is with the server and the server answers; else it is not safe", async () => {
  const server = createServer();
  const page = visit({ server });
  await page.open();
  await page.choose(1, "a");
  assert.equal(await page.sync.settle(), true);
  assert.deepEqual(server.current(), { 1: "a" });
  page.network = broken;
  assert.equal(await page.sync.settle(), false);
});

test("whatever the network does, with reloads and takeovers, all ends with the server and nothing acknowledged is missing", async () => {
  for (let seed = 0; seed < 150; seed += 1) {
    const lot = chance(seed);
    const server = createServer();
    const timers = createTimers();
    const weather = async (work) => {
      if (lot.happens(0.2)) throw new TypeError("lost on the way there");
      const answer = work();
      if (lot.happens(0.2)) throw new TypeError("lost on the way back");
      if (lot.happens(0.2)) work();
      return answer;
    };
    const fresh = (store) => visit({ server, timers, store, network: weather, random: lot.next });
    const pages = [fresh(memoryStore()), fresh(memoryStore())];
    const chosen = new Set();
    for (const page of pages) await page.open();
    for (let turn = 0; turn < 25; turn += 1) {
      const which = lot.below(2);
      const page = pages[which];
      await page.choose(1 + lot.below(5), lot.of(["a", "b", "c", null]));
      for (const event of page.state.outbox) chosen.add(`${event.epoch}:${event.seq}`);
      await timers.pass(lot.below(4000));
      if (lot.happens(0.1)) { page.network = broken; await timers.pass(100); pages[which] = fresh(page.store); await pages[which].open(); }
      if (lot.happens(0.2) && page.state.mode === "elsewhere") { page.tell({ type: "reopened" }); page.sync.flush(); }
    }
    for (const page of pages) page.network = whole;
    await timers.pass(120_000);
    for (const page of pages) { page.tell({ type: "doubted" }); page.sync.flush(); }
    await timers.pass(60_000);
    for (const key of chosen) assert.ok(server.stored.has(key), `seed ${seed}: ${key} is missing`);
    for (const page of pages) {
      assert.deepEqual([shown(page.state), page.state.outbox, await page.store.all()], [server.current(), [], []], `seed ${seed}`);
    }
  }
});

test("the transport names the sitting's token, and takes over the token of its lease", async () => {
  const asked = [];
  const fetch = async (url, request) => {
    asked.push([url, request.method, request.headers["X-Sitting-Token"], request.body, request.keepalive]);
    return { status: 200, json: async () => (url === "/lease" ? { token: "new" } : Promise.reject(new SyntaxError("no JSON"))) };
  };
  const urls = { lease_url: "/lease", responses_url: "/responses", state_url: "/state", presence_url: "/presence", desk_url: "/desk" };
  const transport = createTransport({ fetch, urls, token: "old", device: "d1", monotonic: () => 7 });
  await transport.lease();
  const answer = await transport.send({ epoch: 2, events: [{ epoch: 2, seq: 1, position: 3, value: "a", kept: true }] }, true);
  await transport.ask();
  await transport.send({ epoch: 2, events: [{ epoch: 2, seq: 2, position: 3, value: null, time: "2026-11-23T10:00:00.000Z" }] });

  await transport.beat();
  await transport.desk({ flags: {} });
  assert.deepEqual(asked, [
    ["/lease", "POST", "old", '{"device":"d1"}', false],
    ["/responses", "POST", "new", '{"epoch":2,"events":[{"seq":1,"position":3,"value":"a"}]}', true],
    ["/state", "GET", "new", undefined, false],
    ["/responses", "POST", "new", '{"epoch":2,"events":[{"seq":2,"position":3,"value":null,"time":"2026-11-23T10:00:00.000Z"}]}', false],
    ["/presence", "POST", "new", undefined, false],
    ["/desk", "PUT", "new", '{"flags":{}}', false],
  ]);
  assert.deepEqual(answer, { status: 200, said: {}, sentAt: 7, receivedAt: 7 });
});

test("what is answered into a pause waits on the device and is saved when the sitting goes on", async () => {
  const server = createServer();
  const page = visit({ server });
  await page.open();
  await page.choose(1, "a");
  await page.timers.pass(2000);
  server.paused = true;
  await page.choose(2, "b");
  await page.timers.pass(2000);
  assert.equal(page.state.paused, true);
  assert.deepEqual([page.state.mode, page.state.outbox.length, server.stored.size], ["writing", 1, 1]);
  await page.choose(3, "c");
  assert.equal(page.state.outbox.length, 1, "a paused page takes nothing");
  const sent = page.sent.length;
  await page.timers.pass(60000);
  assert.equal(page.sent.length, sent, "nothing is sent into a pause again and again");
  server.paused = false;
  server.deadline += 60000;
  await page.sync.beat();
  await calm();
  await page.timers.pass(100);
  assert.deepEqual([page.state.paused, page.state.outbox.length, server.current()[2]], [false, 0, "b"]);
  assert.equal(page.state.extended, true);
});

test("in a break the page knows until when, and takes nothing until it goes on", async () => {
  const server = createServer();
  const page = visit({ server });
  await page.open();
  Object.assign(server, { paused: true, breakUntil: "2026-03-02T10:41:00.000Z" });
  await page.sync.beat();
  assert.equal(page.state.paused, "2026-03-02T10:41:00.000Z");
  await page.choose(1, "a");
  assert.equal(page.state.outbox.length, 0);
  Object.assign(server, { paused: false, breakUntil: null });
  await page.sync.beat();
  assert.equal(page.state.paused, false);
});

test("a page that opens in a pause takes the lease when it is over", async () => {
  const server = createServer();
  server.paused = true;
  const page = visit({ server });
  await page.open();
  assert.deepEqual([page.state.mode, page.state.paused], ["opening", true]);
  server.paused = false;
  await page.sync.beat();
  await page.timers.pass(100);
  assert.deepEqual([page.state.mode, page.state.paused], ["writing", false]);
});

test("credit, message and a newer device reach the page with the next beat", async () => {
  const server = createServer();
  const page = visit({ server });
  await page.open();
  server.deadline += 300000;
  server.messages = [{ id: 4, at: "2026-11-23T10:00:00Z", text: "The fire alarm was a test." }];
  await page.sync.beat();
  const keys = notices(page.state).map((one) => one.key);
  assert.deepEqual(keys, ["message-4", "extended"]);
  for (const key of keys) page.tell({ type: "heard", key });
  await page.sync.beat();
  assert.deepEqual(notices(page.state), []);
  server.epoch += 1;
  await page.sync.beat();
  assert.equal(page.state.mode, "elsewhere");
});

test("where an invigilator must agree, the page says so and goes on when it is allowed", async () => {
  const server = createServer();
  server.asks = true;
  const page = visit({ server });
  await page.open();
  assert.deepEqual(notices(page.state).map((one) => one.key), ["asking"]);
  server.asks = false;
  await page.timers.pass(5000);
  assert.deepEqual([page.state.mode, page.state.asking], ["writing", false]);
});

test("a beat that nobody answers changes nothing but the words", async () => {
  const page = visit({ server: createServer() });
  await page.open();
  page.network = broken;
  await page.sync.beat();
  assert.deepEqual([page.state.mode, page.state.missed], ["writing", true]);
});
