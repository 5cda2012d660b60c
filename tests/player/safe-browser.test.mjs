import assert from "node:assert/strict";
import test from "node:test";
import { begin, readKeys } from "../../exams/static/exams/safe-browser.js";

const never = () => {};
const fields = () => ({ config_key: { value: "" }, exam_key: { value: "" } });

/** A page with the link to the check, or with the form of the answer. */
function pageWith({ check = null, form = null }) {
  return { querySelector: (selector) => (selector === "[data-safe-browser-check]" ? check : form) };
}

test("another browser has no keys", async () => {
  assert.equal(await readKeys({}), null);
  assert.equal(await readKeys({ SafeExamBrowser: {} }), null);
});

test("keys that are there when the page is loaded are taken at once", async () => {
  const security = { configKey: "c", browserExamKey: "b", updateKeys: () => assert.fail("was not to be asked") };
  assert.deepEqual(await readKeys({ SafeExamBrowser: { security } }), { config: "c", exam: "b" });
});

test("an older version is asked, and calls back by a name on the window", async () => {
  const scope = { SafeExamBrowser: { security: { configKey: "", browserExamKey: "" } } };
  scope.SafeExamBrowser.security.updateKeys = ({ name }) => {
    scope.SafeExamBrowser.security.configKey = "c";
    scope[name]();
  };
  assert.deepEqual(await readKeys(scope, { after: never }), { config: "c", exam: "" });
});

test("a version that does not call back is waited for no longer than patience lasts", async () => {
  const scope = { SafeExamBrowser: { security: { configKey: "", updateKeys: never } } };
  const waited = [];
  const keys = readKeys(scope, { patience: 7, after: (work, ms) => { waited.push(ms); work(); } });
  assert.deepEqual(await keys, { config: "", exam: "" });
  assert.deepEqual(waited, [7]);
});

test("in Safe Exam Browser the page that asks for it leads to the check by itself; elsewhere it stays", async () => {
  const inside = { hidden: true };
  const check = { href: "/entries/1/safe-browser/?next=/entries/1/", closest: () => inside };
  const went = [];
  const location = { replace: (to) => went.push(to) };
  await begin(pageWith({ check }), { location });
  assert.deepEqual([went, inside.hidden], [[], true]);
  await begin(pageWith({ check }), { location, SafeExamBrowser: { security: {} } });
  assert.deepEqual([went, inside.hidden], [[check.href], false]);
});

test("the check posts what it was told, and nothing in another browser", async () => {
  const sent = [];
  const form = { elements: fields(), submit: () => sent.push([form.elements.config_key.value, form.elements.exam_key.value]) };
  await begin(pageWith({ form }), {});
  assert.deepEqual(sent, []);
  await begin(pageWith({ form }), { SafeExamBrowser: { security: { configKey: "c", browserExamKey: "b" } } });
  assert.deepEqual(sent, [["c", "b"]]);
});
