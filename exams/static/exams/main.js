// Puts the parts together: the state in the middle, the page and the server on its two sides.

import { createClock, secondsIn, spoken } from "./clock.js";
import { listen } from "./keys.js";
import { createBar, createPaper } from "./paper.js";
import { begin, counts, reduce } from "./state.js";
import { openStore, sealedFile } from "./store.js";
import { createDesk, createSync, createTransport } from "./sync.js";
import { t } from "./words.js";

const LEAST_BETWEEN_LOOKS = 5000, BEAT_EVERY = 10000;

const data = JSON.parse(document.getElementById("player").textContent);
const monotonic = () => performance.now();
const clock = createClock(monotonic);
const arrival = performance.getEntriesByType("navigation")[0];
if (arrival?.responseEnd) clock.observe(data.server_time, arrival.requestStart, arrival.responseEnd);

const bar = createBar(document, { act });
const sheet = document.querySelector("[data-paper]");
// Few papers ask for more than one choice; only they wait for what that takes.
const paper = sheet && createPaper(document, { act, kinds: sheet.querySelector("[data-kind]") && await import("./kinds.js") });
let state = begin({ length: paper?.length ?? 0, responses: data.responses, deadline: data.deadline, mode: paper ? "opening" : "watching" });
let store = null, sync = null, desk = null, pause = null; // all come with start(); until then the page is the plain form
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

/** A moment as the reader's clock shows it; for reading only, nothing is decided by it. */
const timeOf = (iso) => new Date(iso).toLocaleTimeString("en-GB");

function draw() {
  bar.draw(state, { at: state.savedAt && timeOf(state.savedAt), durable: store?.durable ?? true, timeOf });
  paper?.draw(state);
  pause?.draw(state);
}

/** A choice: first kept on the device, then sent. */
async function answer(position, value) {
  const before = state;
  // The stamp is the server's time by the monotonic clock: a claim, for what is on its way when the time is up.
  const now = clock.now();
  tell({ type: "chose", position, value, time: now === null ? null : new Date(now).toISOString() });
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

/** The candidate's own marks changed: kept on the device at once, with the server soon. */
function keepDesk() {
  mark({ flags: state.flags, strikes: state.strikes, notes: state.notes, deskWaits: true });
  desk.soon();
}

async function downloadFile() {
  const { sitting, form_digest: form, seal_key: key } = data;
  try {
    const text = await sealedFile({ sitting, form, key, head: state.head, madeAt: clock.now() === null ? data.server_time : new Date(clock.now()).toISOString(), events: state.outbox });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: `answers-${sitting.slice(0, 8)}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    bar.speak(t("The sealed file was downloaded."));
  } catch {
    bar.speak(t("This browser can't seal a file. Leave the page open and call an invigilator."));
  }
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
  choose: ({ place }) => { const option = paper.option(state.position, place); if (option) answer(state.position, paper.choose(state.position, option)); },
  clear: ({ position = state.position }) => answer(position, null),
  flag: ({ position = state.position }) => { tell({ type: "flagged", position }); keepDesk(); },
  strike: ({ position = state.position, place, option = paper.option(position, place) }) => { if (option) { tell({ type: "struck", position, option }); keepDesk(); } },
  note: ({ position, text }) => { tell({ type: "noted", position, text }); keepDesk(); },
  enter: ({ position }) => { if (position !== state.position) { tell({ type: "moved", position }); remember(); } },
  go: ({ position }) => go(position),
  step: ({ by }) => { const to = state.position + by; if (to > state.length) show("review"); else if (to >= 1) go(to); },
  turn: ({ by }) => { const to = paper.beside(state.position, by); if (to) go(to); },
  review: () => show(paper.view === "paper" ? "review" : "paper"),
  back: () => show("paper"),
  whole: () => { mark({ whole: !marks.whole }); paper.showWhole(marks.whole); show("paper"); },
  "hand-in": () => { paper.handInSays(""); show("hand-in"); sync.flush(); },
  "hide-time": () => { mark({ timeHidden: !marks.timeHidden }); bar.hideTime(marks.timeHidden); tick(); },
  "answer-note": ({ key }) => {
    if (key === "file") return downloadFile();
    tell(key === "elsewhere" ? { type: "reopened" } : { type: "heard", key });
    mark({ readUpTo: state.readUpTo });
    return sync.flush();
  },
};

function act(asked) {
  if (sync) ACTS[asked.do](asked);
}

/** The open book comes when it is asked for; where it can't come, its page opens by itself. */
document.querySelector("[data-book-open]")?.addEventListener("click", async (event) => {
  event.preventDefault();
  const { href } = event.currentTarget;
  try {
    (await import("./book.js")).toggle();
  } catch {
    window.open(href, "book");
  }
});

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
  paper.handInSays(t("Sending what waits, then handing in."));
  const safe = await sync.settle();
  if (safe && state.mode === "writing") return paper.handInForm.submit();
  button.disabled = false;
  paper.handInSays(state.mode === "writing"
    ? t("The server can't be reached, so nothing is handed in yet. Your answers stay on this device, the page goes on trying, and the time runs on. Try again in a moment.")
    : t("This page can't hand in just now; the notice above says why."));
}

function tick() {
  const left = clock.until(state.deadline);
  if (left === null || state.paused) return;
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

/** Asks for all that the server has: on coming back to the page, and on coming online. */
function look(least = LEAST_BETWEEN_LOOKS) {
  if (document.hidden || state.paused || monotonic() - looked < least) return;
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
  setInterval(() => sync.beat(), BEAT_EVERY);
  tick();
  draw();
}

async function openPaper() {
  // What an earlier visit left is known before anything is drawn, and sent before anything shows as saved.
  const events = await store.all();
  const kept = marks.deskWaits ? {} : data.desk;
  tell({ type: "restored", events, marks: { ...marks, ...kept } });
  if (marks.deskWaits) desk.soon();
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
  sheet.addEventListener("submit", (event) => {
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
  const transport = createTransport({ fetch: fetch.bind(globalThis), urls: data, token: data.token, device: data.device, monotonic });
  const timer = { after: (ms, work) => setTimeout(work, ms), cancel: clearTimeout.bind(globalThis) };
  sync = createSync({ transport, store, clock, read: () => state, tell, timer });
  desk = createDesk({ transport, timer, read: () => state, mark });
  marks = await store.marks();
  bar.hideTime(Boolean(marks.timeHidden));
  if (paper) {
    await openPaper();
    if (document.querySelector("[data-break]")) pause = (await import("./break.js")).createBreak({ sync, read: () => state, timeOf });
  }
  attend();
}

start();
