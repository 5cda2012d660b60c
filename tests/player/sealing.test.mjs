import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";
import { canonical, sealedFile } from "../../exams/static/exams/store.js";

const KEY = Buffer.alloc(32, 7).toString("base64url");
const FILE = {
  sitting: "7b0c1c7e-0000-4000-8000-000000000001", form: "f".repeat(64), key: KEY, head: "", madeAt: "2026-11-23T10:00:00.000Z",
  events: [{ epoch: 2, seq: 1, position: 3, value: "a", time: "2026-11-23T09:59:00.000Z", kept: true }, { epoch: 2, seq: 2, position: 4, value: null }],
};

test("the canonical form has sorted keys, no spaces and composed letters", () => {
  assert.equal(canonical({ b: [1, null, "e\u0301"], a: { d: true, c: "ü/\"" } }), '{"a":{"c":"ü/\\"","d":true},"b":[1,null,"é"]}');
});

test("the file names sitting, form and what waits, and its seal is an HMAC over the rest", async () => {
  const { seal, ...content } = JSON.parse(await sealedFile(FILE));
  assert.deepEqual(content.events, [
    { epoch: 2, seq: 1, position: 3, value: "a", time: "2026-11-23T09:59:00.000Z" },
    { epoch: 2, seq: 2, position: 4, value: null, time: null },
  ]);
  assert.equal(seal, createHmac("sha256", Buffer.alloc(32, 7)).update(canonical(content)).digest("base64url"));
});

test("without WebCrypto there is no file, and whoever asked hears of it", async () => {
  await assert.rejects(sealedFile(FILE, {}));
});
