import assert from "node:assert/strict";
import test from "node:test";
import { command } from "../../exams/static/exams/keys.js";

const on = (kind) => ({ closest: (selector) => (selector.split(", ").includes(kind) ? {} : null) });

test("letters and digits choose by place", () => {
  assert.deepEqual(["a", "C", "1", "3"].map((key) => command({ key })), [0, 2, 0, 2].map((place) => ({ do: "choose", place })));
});

test("the other keys lead through the paper", () => {
  assert.deepEqual(["n", "p", "f", "r", "0"].map((key) => command({ key })), [{ do: "step", by: 1 }, { do: "step", by: -1 }, { do: "flag" }, { do: "review" }, { do: "clear" }]);
});

test("keys of the browser, of a field for text, and held keys are left alone", () => {
  assert.equal(command({ key: "f", ctrlKey: true }), null);
  assert.equal(command({ key: "a", metaKey: true }), null);
  assert.equal(command({ key: "n", altKey: true }), null);
  assert.equal(command({ key: "n", repeat: true }), null);
  assert.equal(command({ key: "Enter" }), null);
  assert.equal(command({ key: "z" }), null);
  assert.equal(command({ key: "a", target: on("textarea") }), null);
  assert.deepEqual(command({ key: "a", target: on("button") }), { do: "choose", place: 0 });
});
