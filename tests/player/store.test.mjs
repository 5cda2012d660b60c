import assert from "node:assert/strict";
import test from "node:test";
import { memoryStore, openStore } from "../../exams/static/exams/store.js";

const one = { epoch: 1, seq: 1, position: 4, value: "a" };
const two = { epoch: 1, seq: 2, position: 4, value: null };

test("what is added stays until it is removed, and adding twice is adding once", async () => {
  const store = memoryStore();
  await store.add(one);
  await store.add(two);
  await store.add(one);
  assert.deepEqual(await store.all(), [one, two]);
  await store.remove([one]);
  assert.deepEqual(await store.all(), [two]);
});

test("marks are added to one another", async () => {
  const store = memoryStore();
  await store.mark({ position: 3 });
  await store.mark({ flags: { 2: true } });
  assert.deepEqual(await store.marks(), { position: 3, flags: { 2: true } });
});

test("a browser without a place to keep things gets memory, and does not call it the device", async () => {
  const store = await openStore(undefined, "s");
  await store.add(one);
  assert.deepEqual([store.durable, await store.all()], [false, [one]]);
});

test("a browser that neither opens nor refuses does not hold up the paper", async () => {
  const store = await openStore({}, "s", { open: () => new Promise(() => {}), patience: 5 });
  assert.equal(store.durable, false);
});

test("a device that fails later hands over to memory, and the page is told once", async () => {
  let told = 0;
  const full = { ...memoryStore(), durable: true, add: async () => { throw new Error("full"); } };
  const store = await openStore({}, "s", { open: async () => full, onFall: () => { told += 1; } });
  assert.equal(store.durable, true);
  await store.add(one);
  await store.add(two);
  assert.deepEqual([store.durable, told, await store.all()], [false, 1, [one, two]]);
});
