import assert from "node:assert/strict";
import test from "node:test";
import { begin, counts, MOST_EVENTS, nextBatch, notices, reduce, savedWords, valueAt } from "../../exams/static/exams/state.js";
import { chance } from "./chance.mjs";
import { createServer } from "./server.mjs";

const after = (state, ...actions) => actions.reduce(reduce, state);
const leased = (epoch = 2, responses = {}) => ({ type: "leased", epoch, lastSeq: 0, responses, deadline: "2026-11-23T12:00:00Z" });
const chose = (position, value) => ({ type: "chose", position, value });
const keptAll = (state) => state.outbox.reduce((now, one) => reduce(now, { type: "kept", ...one }), state);
const acknowledged = (epoch, verdicts, more = {}) => ({
  type: "acknowledged", epoch, savedAt: "2026-11-23T10:41:07.120Z", leaseEpoch: epoch, running: true, secondsLeft: 60,
  verdicts: Object.entries(verdicts).map(([seq, verdict]) => ({ seq: Number(seq), verdict })), ...more,
});
const writing = (responses = {}) => after(begin({ length: 5, responses }), leased(2, responses));

test("before it holds the lease a page writes nothing", () => {
  const state = begin({ length: 5, responses: { 1: "a" } });
  assert.equal(reduce(state, chose(1, "b")), state);
  assert.equal(valueAt(state, 1), "a");
});

test("choices are numbered in their order, and one that changes nothing is none", () => {
  const state = after(writing(), chose(1, "a"), chose(1, "a"), chose(2, "b"), chose(1, null), chose(6, "a"), chose(0, "a"));
  assert.deepEqual(state.outbox.map(({ epoch, seq, position, value }) => [epoch, seq, position, value]), [[2, 1, 1, "a"], [2, 2, 2, "b"], [2, 3, 1, null]]);
});

test("nothing shows as saved that the server has not acknowledged", () => {
  let state = keptAll(after(writing(), chose(1, "a"), chose(2, "b")));
  const at = "10:41:07";
  assert.equal(savedWords(state, { at, durable: true }), "On this device, 2 waiting");
  assert.equal(savedWords(state, { at, durable: false }), "In this open page only, 2 waiting");
  state = reduce(state, { type: "missed" });
  assert.equal(savedWords(state, { at, durable: true }), "On this device, 2 waiting. No connection; trying again");
  state = reduce(state, acknowledged(2, { 1: "accepted" }));
  assert.equal(savedWords(state, { at, durable: true }), "On this device, 1 waiting");
  state = reduce(state, acknowledged(2, { 2: "duplicate" }));
  assert.equal(savedWords(state, { at, durable: true }), "Saved at 10:41:07");
});

test("nothing is said to be on the device before it lies there", () => {
  let state = after(keptAll(after(writing(), chose(1, "a"))), chose(2, "b"));
  assert.equal(savedWords(state, { at: null, durable: true }), "Saving, 2 waiting");
  assert.equal(savedWords(keptAll(state), { at: null, durable: true }), "On this device, 2 waiting");
});

test("an acknowledgement of something unknown saves nothing", () => {
  const state = reduce(writing(), acknowledged(2, { 9: "accepted" }));
  assert.equal(state.savedAt, null);
  assert.equal(savedWords(state, { at: null, durable: true }), "No answer yet");
});

test("only what is kept on the device is sent, of one epoch, the oldest first, and at most fifty", () => {
  let state = begin({ length: 5 });
  state = reduce(state, { type: "restored", events: [{ epoch: 1, seq: 2, position: 2, value: "c" }, { epoch: 1, seq: 1, position: 1, value: "a" }] });
  state = after(state, leased(3), chose(3, "b"));
  assert.deepEqual(nextBatch(state).events.map((one) => [one.epoch, one.seq]), [[1, 1], [1, 2]]);
  state = reduce(state, acknowledged(1, { 1: "accepted", 2: "accepted" }, { leaseEpoch: 3 }));
  assert.equal(nextBatch(state), null);
  assert.equal(nextBatch(state, { all: true }).events.length, 1);
  for (let turn = 0; turn < 60; turn += 1) state = reduce(state, chose(1, "ab"[turn % 2]));
  assert.equal(nextBatch(keptAll(state)).events.length, MOST_EVENTS);
});

test("what an earlier visit left is shown while it waits, and asked for again once it is sent", () => {
  let state = reduce(begin({ length: 5, responses: { 1: "a" } }), { type: "restored", events: [{ epoch: 1, seq: 4, position: 1, value: "c" }] });
  state = reduce(state, leased(2, { 1: "a" }));
  assert.equal(valueAt(state, 1), "c");
  assert.equal(savedWords(state, { at: null, durable: true }), "On this device, 1 waiting");
  state = reduce(state, acknowledged(1, { 4: "accepted" }, { leaseEpoch: 2 }));
  assert.equal(state.doubt, true);
  state = reduce(state, { type: "refreshed", responses: { 1: "c" }, leaseEpoch: 2, running: true });
  assert.deepEqual([valueAt(state, 1), state.doubt], ["c", false]);
});

test("a list that was made before an acknowledgement does not undo it", () => {
  let state = keptAll(after(writing({ 1: "a" }), chose(1, "b")));
  state = reduce(state, acknowledged(2, { 1: "accepted" }));
  state = reduce(state, { type: "refreshed", responses: { 1: "a" }, leaseEpoch: 2, running: true });
  assert.equal(valueAt(state, 1), "b");
});

test("a newer page takes over: this one says so, stops, and shows what the server has", () => {
  let state = keptAll(after(writing(), chose(1, "a")));
  state = reduce(state, acknowledged(2, { 1: "superseded" }, { leaseEpoch: 3 }));
  assert.equal(state.mode, "elsewhere");
  assert.equal(reduce(state, chose(2, "b")), state);
  state = reduce(state, { type: "refreshed", responses: { 1: "c" }, leaseEpoch: 3, running: true });
  assert.equal(valueAt(state, 1), "c");
  assert.deepEqual(notices(state).map((one) => one.key), ["elsewhere", "superseded"]);
  state = after(state, { type: "reopened" }, leased(4, { 1: "c" }), { type: "heard", key: "superseded" }, chose(1, "b"));
  assert.deepEqual([state.mode, valueAt(state, 1), state.outbox[0].epoch, notices(state)], ["writing", "b", 4, []]);
});

test("an older batch of this page's own does not look like a takeover", () => {
  let state = reduce(begin({ length: 5 }), { type: "restored", events: [{ epoch: 1, seq: 1, position: 1, value: "a" }] });
  state = after(state, leased(2), acknowledged(1, { 1: "accepted" }, { leaseEpoch: 2 }));
  assert.equal(state.mode, "writing");
});

test("late and refused changes are told plainly, by item, until the candidate has read or changed them", () => {
  let state = keptAll(after(writing(), chose(1, "a"), chose(3, "b"), chose(2, "x")));
  state = reduce(state, acknowledged(2, { 1: "late", 2: "late", 3: "refused" }));
  assert.deepEqual(notices(state).map((one) => one.text), [
    "Your change to items 1 and 3 reached the server after the end. It is kept, and it does not count.",
    "The server did not take your answer to item 2. Choose it again.",
  ]);
  state = after(state, { type: "heard", key: "late" }, chose(2, "a"));
  assert.deepEqual(notices(state), []);
});

test("at the end nothing more is written, and time that was added opens the paper again", () => {
  let state = reduce(writing(), { type: "over", code: "time-is-up" });
  assert.equal(reduce(state, chose(1, "a")), state);
  state = reduce(state, { type: "refreshed", responses: {}, leaseEpoch: 2, running: true, secondsLeft: 300, deadline: "2026-11-23T12:05:00Z" });
  assert.deepEqual([state.mode, state.deadline], ["writing", "2026-11-23T12:05:00Z"]);
  state = after(state, { type: "over", code: "time-is-up" }, { type: "refreshed", responses: {}, leaseEpoch: 2, running: false, secondsLeft: 0 });
  assert.deepEqual([state.mode, state.ended, state.code], ["over", true, "time-is-up"]);
});

test("a page that may no longer write says why and what is safe", () => {
  const state = after(keptAll(after(writing(), chose(1, "a"))), { type: "shut", code: 403 });
  assert.equal(notices(state)[0].text, "This page may no longer write in this sitting. Open the sitting again from your exams; 1 answer that the server has not confirmed stays on this device.");
  assert.equal(notices(reduce(writing(), { type: "shut", code: "safe-browser" }))[0].text, "This exam goes on only in Safe Exam Browser. Reload this page there; nothing is lost.");
  assert.equal(notices(reduce(writing(), { type: "shut", code: 404 }))[0].text, "This sitting is not to be found any more. Open it again from your exams; nothing is lost.");
});

test("the review counts what stands, saved or waiting, and what is flagged", () => {
  const state = after(writing({ 1: "a", 2: "b" }), chose(3, "c"), chose(1, null), { type: "flagged", position: 5 }, { type: "flagged", position: 2 }, { type: "flagged", position: 2 });
  assert.deepEqual(counts(state), { answered: 2, unanswered: [1, 4, 5], flagged: [5] });
});

test("an unknown action and a move off the paper change nothing", () => {
  const state = writing();
  assert.equal(reduce(state, { type: "jumped" }), state);
  assert.equal(reduce(state, { type: "moved", position: 6 }), state);
});

test("lost, doubled and reordered acknowledgements end where the server stands", () => {
  for (let seed = 0; seed < 400; seed += 1) {
    const lot = chance(seed);
    const server = createServer();
    let state = after(begin({ length: 5 }), leased(server.lease().said.epoch));
    let answers = [];
    const exchange = () => {
      const batch = nextBatch(state);
      if (batch) answers.push([batch.epoch, server.send({ epoch: batch.epoch, events: lot.shuffled(batch.events) }).said]);
    };
    const hear = ([epoch, said]) => {
      state = reduce(state, { type: "acknowledged", epoch, verdicts: said.verdicts, savedAt: said.saved_at, leaseEpoch: said.lease.epoch, running: true, secondsLeft: 60 });
    };
    for (let turn = 0; turn < 30; turn += 1) {
      state = keptAll(reduce(state, chose(1 + lot.below(5), lot.of(["a", "b", "c", null]))));
      if (lot.happens(0.6)) exchange();
      answers = lot.shuffled(answers).filter(() => lot.happens(0.8));
      if (lot.happens(0.5)) answers.slice(0, 2).forEach(hear);
    }
    while (nextBatch(state)) { exchange(); hear(answers.at(-1)); }
    const shown = Object.fromEntries([1, 2, 3, 4, 5].map((position) => [position, valueAt(state, position)]).filter(([, value]) => value !== null));
    assert.deepEqual(shown, server.current(), `seed ${seed}`);
    assert.equal(server.stored.size, state.lastSeq, `seed ${seed}`);
  }
});

test("an event keeps the time at which it was chosen", () => {
  const state = reduce(writing(), { type: "chose", position: 1, value: "a", time: "2026-11-23T10:00:00.000Z" });
  assert.equal(state.outbox[0].time, "2026-11-23T10:00:00.000Z");
});

test("options are struck and given back, notes written and emptied, and neither is an answer", () => {
  const struck = (position, option) => ({ type: "struck", position, option });
  let state = after(writing(), struck(1, "a"), struck(1, "c"), struck(2, "b"), struck(2, "b"), { type: "noted", position: 3, text: "see 9.2" }, { type: "noted", position: 4, text: "x" });
  state = reduce(state, { type: "noted", position: 4, text: "" });
  assert.deepEqual([state.strikes, state.notes], [{ 1: "ac" }, { 3: "see 9.2" }]);
  assert.deepEqual([state.outbox, counts(state).answered], [[], 0]);
  const back = reduce(begin({ length: 5 }), { type: "restored", events: [], marks: { strikes: state.strikes, notes: state.notes } });
  assert.deepEqual([back.strikes, back.notes], [state.strikes, state.notes]);
});

test("what waits while the server is out of reach may be taken along as a file", () => {
  let state = keptAll(reduce(writing(), chose(1, "a")));
  assert.deepEqual(notices(state), []);
  state = reduce(state, { type: "missed" });
  assert.deepEqual(notices(state).map((one) => [one.key, one.action]), [["file", "Download the sealed file"]]);
});
