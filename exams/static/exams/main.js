// Puts the parts together: the state in the middle, the page and the server on its two sides.

import { createClock, secondsIn, spoken } from "./clock.js";
import { listen } from "./keys.js";
import { createBar, createPaper } from "./paper.js";
import { begin, counts, reduce } from "./state.js";
import { openStore } from "./store.js";
import { createSync, createTransport } from "./sync.js";

const LEAST_BETWEEN_LOOKS = 5000, LOOK_EVERY = 60000;

const data = JSON.parse(document.getElementById("player").textContent);
const monotonic = () => performance.now();
const clock = createClock(monotonic);
const arrival = performance.getEntriesByType("navigation")[0];
if (arrival?.responseEnd) clock.observe(data.server_time, arrival.requestStart, arrival.responseEnd);

const bar = createBar(document, { act });
const paper = document.querySelector("[data-paper]") ? createPaper(document, { act }) : null;
let state = begin({ length: paper?.length ?? 0, responses: data.responses, deadline: data.deadline, mode: paper ? "opening" : "watching" });
let store = null, sync = null; // both come with start(); until then the page is the plain form
let marks = {}, seconds = null, leaving = false, looked = monotonic();

function tell(action) {
  const before = state;
  const early = action.type === "leased" ? paper.chosenEarly() : [];
  state = reduce(state, action);
  if (state === before) return;
  draw();
  for (const [position, value] of early) answer(position, value);
  if (state.ended && !leaving && (!state.outbox.length || state.mode === "shut")) {
    leaving = true;
    location.replace(data.receipt_url);
  }
}

function draw() {
  const at = state.savedAt && new Date(state.savedAt).toLocaleTimeString("en-GB");
  bar.draw(state, { at, durable: store?.durable ?? true });
  paper?.draw(state);
}

/** A choice: first kept on the device, then sent. */
async function answer(position, value) {
  const before = state;
  tell({ type: "chose", position, value });
  if (state === before) return draw();
  const event = state.outbox.at(-1);
  await store.add(event);
  tell({ type: "kept", ...event });
  sync.soon();
}

function mark(more) {
  marks = { ...marks, ...more };
  store.mark(more);
}

function go(position) {
  paper.open("paper");
  tell({ type: "moved", position });
  arrive();
}

function show(view) {
  paper.open(view);
  arrive();
}

function arrive() {
  draw();
  paper.focus(state);
  if (paper.view === "paper") remember();
}

function remember() {
  history.replaceState(null, "", `#item-${state.position}`);
  mark({ position: state.position });
}

const ACTS = {
  answer: ({ position, value }) => answer(position, value),
  choose: ({ place }) => { const value = paper.option(state.position, place); if (value) answer(state.position, value); },
  clear: ({ position = state.position }) => answer(position, null),
  flag: ({ position = state.position }) => { tell({ type: "flagged", position }); mark({ flags: state.flags }); },
  enter: ({ position }) => { if (position !== state.position) { tell({ type: "moved", position }); remember(); } },
  go: ({ position }) => go(position),
  step: ({ by }) => { const to = state.position + by; if (to > state.length) show("review"); else if (to >= 1) go(to); },
  turn: ({ by }) => { const to = paper.beside(state.position, by); if (to) go(to); },
  review: () => show(paper.view === "paper" ? "review" : "paper"),
  back: () => show("paper"),
  whole: () => { mark({ whole: !marks.whole }); paper.showWhole(marks.whole); show("paper"); },
  "hand-in": () => { paper.handInSays(""); show("hand-in"); sync.flush(); },
  "hide-time": () => { mark({ timeHidden: !marks.timeHidden }); bar.hideTime(marks.timeHidden); tick(); },
  "answer-note": ({ key }) => { tell(key === "elsewhere" ? { type: "reopened" } : { type: "heard", key }); sync.flush(); },
};

function act(asked) {
  if (sync) ACTS[asked.do](asked);
}

/** The keyboard's way in: outside the paper only the keys that lead through it. */
function actByKey(asked) {
  if (paper.view !== "paper" && asked.do !== "review") return false;
  act(asked);
  return true;
}

async function handIn(event) {
  event.preventDefault();
  const button = paper.handInForm.querySelector("[data-hand-in-now]");
  button.disabled = true;
  paper.handInSays("Sending what waits, then handing in.");
  const safe = await sync.settle();
  if (safe && state.mode === "writing") return paper.handInForm.submit();
  button.disabled = false;
  paper.handInSays(state.mode === "writing"
    ? "The server can't be reached, so nothing is handed in yet. Your answers stay on this device, the page goes on trying, and the time runs on. Try again in a moment."
    : "This page can't hand in just now; the notice above says why.");
}

function tick() {
  const left = clock.until(state.deadline);
  if (left === null) return;
  const now = secondsIn(left);
  bar.time(now);
  if (seconds !== null) {
    const text = spoken(seconds, now);
    if (text) bar.speak(text);
  }
  seconds = now;
  if (left < 0 && !["over", "shut"].includes(state.mode)) {
    tell({ type: "over", code: "time-is-up" });
    sync.flush();
  }
}

/** Asks how the sitting stands: on coming back to the page, and when nothing was heard for a while. */
function look(least = LEAST_BETWEEN_LOOKS) {
  if (document.hidden || monotonic() - looked < least) return;
  looked = monotonic();
  tell({ type: "doubted" });
  sync.flush();
}

function attend() {
  addEventListener("focus", () => look());
  addEventListener("online", () => look(0));
  addEventListener("pagehide", () => sync.leave());
  document.addEventListener("visibilitychange", () => { if (document.hidden) sync.leave(); else { tick(); look(); } });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  setInterval(tick, 250);
  setInterval(() => look(LOOK_EVERY), LEAST_BETWEEN_LOOKS);
  tick();
  draw();
}

async function openPaper() {
  // What an earlier visit left is known before anything is drawn, and sent before anything shows as saved.
  const events = await store.all();
  tell({ type: "restored", events, marks });
  paper.showWhole(Boolean(marks.whole));
  const asked = Number(/^#item-(\d+)$/.exec(location.hash)?.[1]);
  tell({ type: "moved", position: asked || marks.position || counts(state).unanswered[0] || 1 });

  const keys = document.querySelector("[data-keys]");
  const on = keys.querySelector("[data-keys-on]");
  keys.hidden = false;
  on.checked = !marks.keysOff;
  on.addEventListener("change", () => mark({ keysOff: !on.checked }));
  listen(document, () => on.checked, actByKey);
  paper.handInForm.addEventListener("submit", handIn);
  document.querySelector("[data-paper]").addEventListener("submit", (event) => {
    // As long as this page may not write, the plain form does.
    if (state.mode === "opening") return;
    event.preventDefault();
    sync.flush();
  });
  addEventListener("hashchange", () => {
    const position = Number(/^#item-(\d+)$/.exec(location.hash)?.[1]);
    if (position && position !== state.position) go(position);
  });
  addEventListener("beforeunload", (event) => { if (!store.durable && state.outbox.length) event.preventDefault(); });
  sync.flush();
}

async function start() {
  store = await openStore(globalThis.indexedDB, data.sitting, { onFall: draw });
  const transport = createTransport({ fetch: fetch.bind(globalThis), urls: data, token: data.token, monotonic });
  const timer = { after: (ms, work) => setTimeout(work, ms), cancel: clearTimeout.bind(globalThis) };
  sync = createSync({ transport, store, clock, read: () => state, tell, timer });
  marks = await store.marks();
  bar.hideTime(Boolean(marks.timeHidden));
  if (paper) await openPaper();
  attend();
}

start();
