import assert from "node:assert/strict";
import test from "node:test";

// Enough of a page for controls: fields with a name, a value and a tick, found by what they are.
class Field extends EventTarget {
  constructor(name, value = "", more = {}) {
    super();
    Object.assign(this, { name, value, checked: false, disabled: false, tagName: "INPUT", attributes: {}, ...more });
    this.classList = { contains: (one) => one === more.className };
  }
  setAttribute(name, value) { this.attributes[name] = value; }
}
const box = (kind, fields, rows = []) => ({
  dataset: { kind },
  querySelectorAll: (what) => (what === "[role=radiogroup]" ? rows.map((row) => ({ querySelectorAll: () => row })) : fields),
});

globalThis.document = new EventTarget();
globalThis.addEventListener ??= EventTarget.prototype.addEventListener.bind(new EventTarget());
const { createControl, finished, places, tidyNumber, tidyText, TYPED_AFTER } = await import("../../exams/static/exams/kinds.js");
const tick = (name, letters) => [...letters].map((letter) => new Field(name, letter));

test("a multiple response is its letters in order, and a key puts one in or takes it out", () => {
  const fields = tick("answer-3", "abcde");
  const control = createControl(box("multiple", fields), 3, {});
  assert.equal(control.read(), null);
  control.write("ac");
  assert.deepEqual(fields.map((one) => one.checked), [true, false, true, false, false]);
  assert.equal(control.read(), "ac");
  assert.deepEqual([control.option(1), control.choose("b"), control.choose("a")], ["b", "abc", "c"]);
  control.write("c");
  assert.equal(control.choose("c"), null);
  control.write(null);
  assert.equal(control.read(), null);
});

test("a matrix has a letter for each row, and an open one where nothing is chosen", () => {
  const rows = [tick("answer-1-1", "abc"), tick("answer-1-2", "abc")];
  const control = createControl(box("matrix", rows.flat(), rows), 1, {});
  assert.equal(control.read(), null);
  rows[1][2].checked = true;
  assert.equal(control.read(), "-c");
  control.write("ba");
  assert.equal(control.read(), "ba");
  control.write(null);
  assert.equal(control.read(), null);
});

test("a matching has the partner of each prompt", () => {
  const fields = [new Field("answer-2-1"), new Field("answer-2-2")];
  const control = createControl(box("matching", fields), 2, {});
  fields[1].value = "c";
  assert.equal(control.read(), "-c");
  control.write("ba");
  assert.deepEqual(fields.map((one) => one.value), ["b", "a"]);
  control.write("b-");
  assert.deepEqual(fields.map((one) => one.value), ["b", ""]);
  control.enable(false);
  assert.ok(fields.every((one) => one.disabled));
});

test("a step that takes a place gives its own to the one that stood there", () => {
  const letters = [..."abcd"];
  assert.equal(places(letters, null, "c", 0), "c---");
  assert.equal(places(letters, "c---", "a", 3), "c--a");
  assert.equal(places(letters, "bdac", "c", 0), "cdab");
  assert.equal(places(letters, "c---", "a", 0), "a---", "a step without a place has none to give");
  assert.equal(places(letters, "bdac", "d", null), "b-ac");
  assert.equal(places(letters, "c---", "c", null), null);
});

test("a number has one decimal mark, and what is no number is no answer", () => {
  assert.deepEqual(["12,5", " 1 000 ", "\u22123", ".5", "7"].map(tidyNumber), ["12.5", "1000", "-3", ".5", "7"]);
  assert.deepEqual(["", "-", "1.2,3", "1e3", "12 h", "1/2"].map(tidyNumber), ["", "", "", "", "", ""]);
  const field = new Field("answer-4", "a dozen", { className: "kind-number" });
  const control = createControl(box("numeric", [field]), 4, {});
  assert.equal(control.read(), null);
  assert.equal(field.attributes["aria-invalid"], "true");
  control.write(null);
  assert.equal(field.value, "a dozen", "what somebody is writing is not taken from them");
});

test("a text has no spaces at its ends and one between words", () => {
  assert.equal(tidyText("  statement   of\tapplicability "), "statement of applicability");
});

test("what is typed counts after a rest, once, and is never written over meanwhile", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const field = new Field("answer-5");
  const control = createControl(box("text", [field]), 5, {});
  let said = 0;
  field.addEventListener("change", () => { said += 1; });
  for (const value of ["d", "dr", "dry"]) {
    field.value = value;
    field.dispatchEvent(new Event("input"));
    t.mock.timers.tick(TYPED_AFTER / 2);
  }
  control.write("something older");
  assert.deepEqual([said, field.value], [0, "dry"]);
  t.mock.timers.tick(TYPED_AFTER);
  assert.deepEqual([said, control.read()], [1, "dry"]);
  control.write("wet");
  assert.equal(field.value, "wet");
});

test("what is being typed counts at once when the page is hidden", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const field = new Field("answer-5");
  createControl(box("text", [field]), 5, {});
  let said = 0;
  field.addEventListener("change", () => { said += 1; });
  field.value = "dry";
  field.dispatchEvent(new Event("input"));
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  document.hidden = false;
  assert.equal(said, 1);
});

test("gaps have a line each", () => {
  const fields = [new Field("answer-6-1", "", { tagName: "SELECT" }), new Field("answer-6-2"), new Field("answer-6-3", "", { className: "kind-number" })];
  const control = createControl(box("gap", fields), 6, {});
  assert.equal(control.read(), null);
  fields[1].value = " cold ";
  assert.equal(control.read(), "\ncold\n");
  control.write("a\ncold\n100");
  assert.deepEqual(fields.map((one) => one.value), ["a", " cold ", "100"], "a field that says it already stays as it is");
  control.write(null);
  assert.equal(control.read(), null);
});

test("an answer with an open part is not finished", () => {
  for (const [kind, whole, part] of [["matrix", "abca", "a--a"], ["ordering", "bdac", "b--c"], ["gap", "a\nb", "a\n"]]) {
    assert.deepEqual([finished(kind, whole), finished(kind, part)], [true, false]);
  }
  assert.ok(finished("text", "well-known"));
  assert.ok(finished("numeric", "-3"));
});
