// The page: what stands in the plain form is shown part by part, and drawn from the state.

import { ALWAYS_SHOWN, digits, words } from "./clock.js";
import { counts, notices, savedWords, valueAt } from "./state.js";
import { t } from "./words.js";

const say = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
const positionOf = (box) => Number(box.id.slice(5)); // item-7
const positionIn = (link) => Number(link.hash.slice(6)); // #item-7
const show = (element, shown) => { if (element && element.hidden === shown) element.hidden = !shown; };

/** The bar: the state of saving, the time, and what must be told. It stands on every page of a sitting. */
export function createBar(page, { act }) {
  const find = (name) => page.querySelector(`[data-${name}]`);
  const [saved, figures, inWords, hide, speaking, notes] = ["saved", "digits", "words", "hide-time", "speak", "notes"].map(find);
  let hidden = false, drawn = "";
  hide.addEventListener("click", () => act({ do: "hide-time" }));

  function note({ key, text, action }) {
    const box = page.createElement("div");
    box.className = `notice notice-${["elsewhere", "shut", "over"].includes(key) ? "bad" : /^(message|extended|paused)/.test(key) ? "info" : "warning"}`;
    box.append(Object.assign(page.createElement("p"), { textContent: text }));
    const offered = action ?? (["superseded", "late", "refused"].includes(key) ? t("I have read this") : null);
    if (offered) {
      const button = Object.assign(page.createElement("button"), { type: "button", className: "button-link", textContent: offered });
      button.addEventListener("click", () => act({ do: "answer-note", key }));
      box.append(button);
    }
    return box;
  }

  return {
    hideTime: (hiding) => { hidden = hiding; },
    draw(state, { at, durable, timeOf }) {
      if (state.mode !== "watching") {
        say(saved, savedWords(state, { at, durable }));
        const waits = state.outbox.length > 0 || state.mode === "opening" || state.missed || state.paused;
        saved.dataset.stands = waits ? "waiting" : state.savedAt || counts(state).answered ? "saved" : "nothing";
      }
      const told = notices(state, { durable, timeOf });
      const now = JSON.stringify(told);
      // Written anew only when it says something else: this region is spoken as it changes.
      if (now !== drawn) notes.replaceChildren(...told.map(note));
      drawn = now;
    },
    time(seconds) {
      const shown = !hidden || seconds <= ALWAYS_SHOWN;
      say(figures, digits(seconds));
      say(inWords, shown ? words(seconds) : t("Time hidden"));
      show(figures, shown);
      show(hide, seconds > ALWAYS_SHOWN);
      say(hide, hidden ? t("Show the time") : t("Hide the time"));
      figures.closest("[data-time]").dataset.last = seconds <= ALWAYS_SHOWN;
    },
    speak: (text) => say(speaking, text),
  };
}

/** The candidate's own tools at an item: striking options out, and a private note. No part of what is handed in. */
function createTools(page, box, position, { act }) {
  const form = (name) => page.querySelector(`[data-${name}-form]`).content.firstElementChild.cloneNode(true);
  const note = form("note");
  const text = note.querySelector("textarea");
  note.querySelector("label").htmlFor = text.id = `note-${position}`;
  text.addEventListener("input", () => act({ do: "note", position, text: text.value }));
  box.querySelector(".item-tools").append(note);
  const strikes = [...box.querySelectorAll(".option-row")].map((row) => {
    const button = form("strike");
    const option = row.querySelector("input").value;
    button.dataset.strike = option;
    button.querySelector("span").textContent = t(" out option {letter}", { letter: row.querySelector(".option-letter").textContent });
    button.addEventListener("click", () => act({ do: "strike", position, option }));
    row.append(button);
    return { button, option, row };
  });
  return {
    draw(state) {
      const struck = state.strikes[position] ?? "";
      for (const { button, option, row } of strikes) {
        const out = struck.includes(option);
        show(button, state.mode !== "opening");
        button.setAttribute("aria-pressed", String(out));
        row.dataset.struck = out;
      }
      show(note, state.mode !== "opening");
      const kept = state.notes[position] ?? "";
      if (text.value !== kept && text !== page.activeElement) text.value = kept;
      say(note.querySelector("summary"), kept ? t("Note: written") : t("Note"));
    },
  };
}

/** One choice, by radio buttons; other kinds have theirs from kinds.js. */
function radioControl(box) {
  const radios = [...box.querySelectorAll("input[type=radio]")];
  return {
    read: () => radios.find((radio) => radio.checked)?.value ?? null,
    write: (value) => { for (const radio of radios) if (radio.checked !== (radio.value === value)) radio.checked = radio.value === value; },
    enable: (may) => { for (const radio of radios) radio.disabled = !may; },
    option: (place) => radios[place]?.value,
    choose: (option) => option,
    finished: () => true,
  };
}

/** The paper, the review and the page of handing in. `act` is asked for everything that changes the state. */
export function createPaper(page, { act, kinds }) {
  const form = page.querySelector("[data-paper]");
  const find = (name) => page.querySelector(`[data-${name}]`);
  const [way, review, handIn, whole, openList] = ["way", "review", "hand-in", "whole", "open-list"].map(find);
  const parts = [...form.querySelectorAll("[data-part]")];
  const items = [...form.querySelectorAll("[data-item]")].map((box) => ({
    box, position: positionOf(box), part: box.closest("[data-part]"),
    control: box.dataset.kind ? kinds.createControl(box, positionOf(box), { act }) : radioControl(box),
    standing: box.querySelector("[data-standing]"), flag: box.querySelector("[data-flag]"), clear: box.querySelector("[data-clear]"),
  }));
  const cells = new Map([...review.querySelectorAll("[data-to]")].map((cell) => [positionIn(cell), cell]));
  for (const item of items) item.tools = createTools(page, item.box, item.position, { act });
  const title = page.title;
  const chosen = (item) => item.control.read();
  const drawn = new Map(items.map((item) => [item.position, chosen(item)]));
  let view = "paper", all = false;

  for (const item of items) {
    item.box.addEventListener("change", (event) => { if (event.target.name?.startsWith("answer-")) act({ do: "answer", position: item.position, value: chosen(item) }); });
    item.box.addEventListener("focusin", () => act({ do: "enter", position: item.position }));
    item.flag.addEventListener("click", () => act({ do: "flag", position: item.position }));
    item.clear.addEventListener("click", () => act({ do: "clear", position: item.position }));
  }
  page.addEventListener("click", (event) => {
    const cell = event.target.closest("a[data-to]");
    if (!cell) return;
    event.preventDefault();
    act({ do: "go", position: positionIn(cell) });
  });
  for (const button of way.querySelectorAll("[data-step]")) button.addEventListener("click", () => act({ do: "turn", by: Number(button.dataset.step) }));
  find("review-open").addEventListener("click", () => act({ do: "review" }));
  for (const button of page.querySelectorAll("[data-back]")) button.addEventListener("click", () => act({ do: "back" }));
  whole.addEventListener("click", () => act({ do: "whole" }));
  find("hand-in-open").addEventListener("click", () => act({ do: "hand-in" }));

  function drawItem(state, item, may) {
    const value = valueAt(state, item.position);
    // Before the page may write, a choice made by hand stands only in the form, and must not be drawn over.
    if (state.mode !== "opening" || chosen(item) === drawn.get(item.position)) {
      item.control.write(value);
      drawn.set(item.position, value);
    }
    const flagged = Boolean(state.flags[item.position]);
    const inWords = (value === null ? t("Unanswered") : item.control.finished(value) ? t("Answered") : t("Answered in part")) + (flagged ? t(", flagged") : "");
    item.control.enable(may);
    say(item.standing, inWords);
    item.flag.setAttribute("aria-pressed", String(flagged));
    show(item.flag, state.mode !== "opening");
    show(item.clear, value !== null && may && state.mode !== "opening");
    item.tools.draw(state);
    const cell = cells.get(item.position);
    say(cell.querySelector("[data-word]"), inWords);
    cell.dataset.answered = value !== null;
    cell.dataset.flagged = flagged;
  }

  function drawWay(state) {
    const part = items[state.position - 1].part;
    const place = parts.indexOf(part);
    for (const one of parts) show(one, all || one === part);
    const [back, on] = way.querySelectorAll("[data-step]");
    show(back, !all && place > 0);
    show(on, !all && place < parts.length - 1);
    find("review-open").classList.toggle("button-quiet", !on.hidden);
    say(find("place"), t("{part} of {count}, {answered} answered", { part: part.dataset.part, count: state.length, answered: counts(state).answered }));
    page.title = `${{ review: t("Review"), "hand-in": t("Hand in") }[view] ?? t("Item {item} of {count}", { item: state.position, count: state.length })}: ${title}`;
  }

  function drawReview(state) {
    const { answered, unanswered, flagged } = counts(state);
    say(find("counts"), t("{answered} of {count} answered, {unanswered} unanswered, {flagged} flagged.", { answered, count: state.length, unanswered: unanswered.length, flagged: flagged.length }));
    const facts = { open: unanswered.length, count: state.length };
    say(find("open-items"), unanswered.length
      ? (unanswered.length > 1 ? t("{open} of {count} items have no answer.", facts) : t("{open} of {count} items has no answer.", facts))
        + ("deducts" in form.dataset ? t(" An item without an answer earns no point.") : t(" An item without an answer earns no point; a wrong answer takes none away."))
      : t("All {count} items are answered.", facts));
    if (openList.dataset.positions === String(unanswered)) return;
    openList.dataset.positions = String(unanswered);
    openList.replaceChildren(...unanswered.map((position) => {
      const link = Object.assign(page.createElement("a"), { className: "chip", href: `#item-${position}`, textContent: t("Item {item}", { item: position }) });
      link.dataset.to = "";
      const line = page.createElement("li");
      line.append(link);
      return line;
    }));
  }

  return {
    get view() { return view; },
    length: items.length,
    handInForm: find("hand-in-form"),
    handInSays: (text) => say(find("hand-in-says"), text),
    draw(state) {
      const may = (state.mode === "opening" || state.mode === "writing") && !state.paused;
      for (const item of items) drawItem(state, item, may);
      // As long as this page can't get the right to write, the plain form is the way to save.
      for (const plain of page.querySelectorAll("[data-plain]")) show(plain, state.mode === "opening" && state.missed);
      show(way, true);
      // In a pause nothing is to be read either.
      show(form, view === "paper" && !state.paused);
      show(review, view === "review" && !state.paused);
      show(handIn, view === "hand-in" && !state.paused);
      drawWay(state);
      drawReview(state);
    },
    /** What was chosen in the plain form before the page had the right to write, as [position, value]. */
    chosenEarly: () => items.filter((item) => chosen(item) !== drawn.get(item.position)).map((item) => [item.position, chosen(item)]),
    option: (position, place) => items[position - 1].control.option(place),
    choose: (position, option) => items[position - 1].control.choose(option),
    /** The first position of the part before (-1) or after (1) that of a position, or null. */
    beside: (position, by) => {
      const part = parts[parts.indexOf(items[position - 1].part) + by];
      return part ? positionOf(part.querySelector("[data-item]")) : null;
    },
    showWhole(on) {
      all = on;
      whole.setAttribute("aria-pressed", String(on));
    },
    open(name) {
      view = name;
    },
    /** Puts the reader where the state says: the item's heading first, so that it is read before its options. */
    focus(state) {
      if (view !== "paper") {
        (view === "review" ? review : handIn).focus({ preventScroll: true });
        return scrollTo(0, 0);
      }
      const { box, part } = items[state.position - 1];
      box.focus({ preventScroll: true });
      if (!all && part.querySelector("[data-item]") === box) scrollTo(0, 0);
      else box.scrollIntoView({ block: "start" });
    },
  };
}
