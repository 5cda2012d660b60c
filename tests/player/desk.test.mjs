import assert from "node:assert/strict";
import test from "node:test";
import { createDesk } from "../../exams/static/exams/sync.js";
import { calm, createTimers } from "./server.mjs";

function desk(answers) {
  const timers = createTimers();
  const page = { timers, sent: [], marked: [], state: { flags: { 1: true }, strikes: {}, notes: {} } };
  const transport = { desk: async (content) => { page.sent.push(content); const answer = answers.shift(); if (!answer) throw new TypeError("network"); return { status: answer }; } };
  page.desk = createDesk({ transport, timer: timers.timer, read: () => page.state, mark: (more) => page.marked.push(more) });
  return page;
}

test("marks are sent once for many changes, and then no longer wait", async () => {
  const page = desk([200]);
  page.desk.soon();
  page.desk.soon();
  await page.timers.pass(5000);
  assert.deepEqual([page.sent, page.marked], [[{ flags: { 1: true }, strikes: {}, notes: {} }], [{ deskWaits: false }]]);
});

test("marks that did not arrive are sent again, and what is refused is not", async () => {
  const page = desk([null, 503, 404]);
  page.desk.soon();
  await page.timers.pass(120000);
  await calm();
  assert.deepEqual([page.sent.length, page.marked], [3, []]);
});

test("what changed while it was on its way still waits", async () => {
  const page = desk([]);
  page.desk = createDesk({
    transport: { desk: async () => { page.state = { ...page.state, flags: {} }; return { status: 200 }; } },
    timer: page.timers.timer, read: () => page.state, mark: (more) => page.marked.push(more),
  });
  page.desk.soon();
  await page.timers.pass(5000);
  assert.deepEqual(page.marked, []);
});
