// The controls of items that ask for more than one choice. Fetched only by a paper that holds such items.
//
// A control reads what stands in the form as one text, or null, and writes such a text into it; the server's kinds of
// items (exams/itemtypes) say what the text means. `-` is a part that was left open.

import { many, t } from "./words.js";

const OPEN = "-";
export const TYPED_AFTER = 800; // ms of rest after which what is typed counts as answered

const every = (box, what) => [...box.querySelectorAll(what)];
const fields = (box) => every(box, "[name^=answer-]");
const code = (letters) => (letters.every((one) => one === OPEN) ? null : letters.join(""));

/** A text as the server keeps it: no spaces at the ends, one between words. */
export const tidyText = (said) => said.normalize("NFC").trim().replace(/\s+/gu, " ");
/** A number as the server keeps it; what is no number is no answer. */
export function tidyNumber(said) {
  const plain = said.replace(/\s/gu, "").replace(/,/g, ".").replace("\u2212", "-");
  return /^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})$/.test(plain) ? plain : "";
}

function multiple(box) {
  const boxes = fields(box);
  const text = (chosen) => boxes.map((one) => one.value).filter(chosen).join("") || null;
  const read = () => text((value) => boxes.find((one) => one.value === value).checked);
  return {
    read,
    write: (value) => { for (const one of boxes) one.checked = (value ?? "").includes(one.value); },
    option: (place) => boxes[place]?.value,
    choose: (option) => { const now = read() ?? ""; return text((value) => now.includes(value) !== (value === option)); },
  };
}

function matrix(box) {
  const rows = every(box, "[role=radiogroup]").map(fields);
  return {
    read: () => code(rows.map((row) => row.find((one) => one.checked)?.value ?? OPEN)),
    write: (value) => rows.forEach((row, place) => { for (const one of row) one.checked = one.value === value?.[place]; }),
  };
}

function matching(box) {
  const selects = fields(box);
  return {
    read: () => code(selects.map((one) => one.value || OPEN)),
    write: (value) => selects.forEach((one, place) => { one.value = value && value[place] !== OPEN ? value[place] : ""; }),
  };
}

/** Steps with a place each. Choosing a place that is taken changes the two; whole orders stand in their order. */
export function places(letters, value, letter, place) {
  const at = value ? [...value] : letters.map(() => OPEN);
  const from = at.indexOf(letter);
  if (from >= 0) at[from] = OPEN;
  if (place !== null) {
    const other = at[place];
    at[place] = letter;
    if (other !== OPEN && from >= 0) at[from] = other;
  }
  return code(at);
}

function ordering(box, position, { act }) {
  const list = box.querySelector(".kind-order");
  const rows = every(list, "[data-step]");
  const letters = rows.map((row) => row.dataset.step);
  const selectOf = new Map(rows.map((row) => [row.dataset.step, row.querySelector("select")]));
  let now = null;

  const stated = () => {
    const at = letters.map(() => OPEN);
    for (const [letter, select] of selectOf) if (select.value && at[select.value - 1] === OPEN) at[select.value - 1] = letter;
    return code(at);
  };
  now = stated();

  const inSight = () => every(list, "[data-step]").map((row) => row.dataset.step);
  // The form shows it at once, also while the page may not write yet.
  const answer = (order) => { write(order); act({ do: "answer", position, value: order }); };
  list.addEventListener("change", () => write(read()));
  function move(letter, by) {
    const order = inSight();
    const from = order.indexOf(letter), to = from + by;
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    answer(order.join(""));
  }
  const button = (words, rest, press) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button-link", textContent: words });
    made.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: rest }));
    made.addEventListener("click", () => { press(); made.focus(); });
    return made;
  };
  for (const row of rows) {
    const name = `: ${row.querySelector("label").textContent}`;
    const both = Object.assign(document.createElement("span"), { className: "kind-moves" });
    both.append(button(t("Up"), name, () => move(row.dataset.step, -1)), button(t("Down"), name, () => move(row.dataset.step, 1)));
    row.append(both);
  }
  const keep = button(t("Take them as they stand"), "", () => answer(inSight().join("")));
  list.after(keep);

  function write(value) {
    now = value;
    for (const [letter, select] of selectOf) select.value = value?.includes(letter) ? String(value.indexOf(letter) + 1) : "";
    const order = value && !value.includes(OPEN) ? [...value] : letters;
    const had = document.activeElement;
    if (order.join() !== inSight().join()) {
      for (const letter of order) list.append(selectOf.get(letter).closest("[data-step]"));
      if (list.contains(had)) had.focus();
    }
    keep.hidden = value !== null && !value.includes(OPEN);
  }
  function read() {
    const before = (letter) => (now?.includes(letter) ? String(now.indexOf(letter) + 1) : "");
    const changed = letters.find((letter) => selectOf.get(letter).value !== before(letter));
    if (changed === undefined) return now;
    const place = selectOf.get(changed).value;
    return places(letters, now, changed, place ? place - 1 : null);
  }
  return {
    read, write,
    enable: (may) => { for (const one of every(box, ".kind-order select, .kind-moves button")) one.disabled = !may; keep.disabled = !may; },
  };
}

/** What is typed counts when the field is left, and after a short rest; at once when the page goes away. */
function typed(box, controls, read, write) {
  let resting = null;
  const say = () => {
    if (resting === null) return;
    const field = resting.field;
    clearTimeout(resting.timer);
    resting = null;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  for (const one of controls) {
    one.addEventListener("input", () => {
      if (resting !== null) clearTimeout(resting.timer);
      resting = { field: one, timer: setTimeout(say, TYPED_AFTER) };
    });
    one.addEventListener("change", () => { if (resting !== null) clearTimeout(resting.timer); resting = null; });
  }
  addEventListener("pagehide", say);
  document.addEventListener("visibilitychange", () => { if (document.hidden) say(); });
  // What is being typed is newer than what is known, and is never written over.
  return { read, write: (value) => { if (resting === null && read() !== value) write(value); } };
}

const tidyOf = (control) => (control.classList.contains("kind-number") ? tidyNumber : tidyText);

function filled(control) {
  if (control.tagName === "SELECT") return control.value;
  const tidy = tidyOf(control)(control.value);
  control.setAttribute("aria-invalid", String(!tidy && control.value.trim() !== ""));
  return tidy;
}

function text(box) {
  const [input] = fields(box);
  const read = () => (input.tagName === "TEXTAREA" ? input.value.trim() : filled(input)) || null;
  return typed(box, [input], read, (value) => { input.value = value ?? ""; });
}

function gap(box) {
  const controls = fields(box);
  const read = () => { const said = controls.map(filled); return said.some(Boolean) ? said.join("\n") : null; };
  const write = (value) => {
    const said = value === null ? [] : value.split("\n");
    controls.forEach((one, place) => { if (filled(one) !== (said[place] ?? "")) one.value = said[place] ?? ""; });
  };
  return typed(box, controls, read, write);
}

function essay(box) {
  const made = text(box);
  const [input] = fields(box);
  const said = box.querySelector(".kind-words");
  const count = () => { if (said) { said.textContent = many(input.value.split(/\s+/).filter(Boolean).length, "{count} word", "{count} words"); } };
  input.addEventListener("input", count);
  count();
  return { ...made, write: (value) => { made.write(value); count(); } };
}

const KINDS = { multiple, matrix, matching, ordering, numeric: text, text, gap, essay };
const IN_PARTS = { matrix: OPEN, matching: OPEN, ordering: OPEN };

/** Whether an answer leaves no part open. */
export function finished(kind, value) {
  return kind === "gap" ? value.split("\n").every(Boolean) : !(kind in IN_PARTS && value.includes(OPEN));
}

/** The control of an item: read, write, enable, whether an answer is finished, and choosing by a key where there is one. */
export function createControl(box, position, tools) {
  const { kind } = box.dataset;
  const controls = fields(box);
  return {
    option: () => undefined,
    enable: (may) => { for (const one of controls) one.disabled = !may; },
    finished: (value) => finished(kind, value),
    ...KINDS[kind](box, position, tools),
  };
}
