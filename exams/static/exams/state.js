// All that the page knows of the sitting, as one value, and what becomes of it. Pure: no clock, no network, no page.
//
// mode: opening    no right to write yet
//       writing    this page writes
//       elsewhere  a newer page writes; what is left here is still sent
//       over       the time is up or the paper handed in; `ended` when the server has said so
//       shut       the server refuses this page; `code` says why
//       watching   a plain form page, on which only the clock runs
// paused: the sitting stands still by the server's word; nothing is taken, what waits is sent afterwards. In a break: until when.
// asking: another device holds the right to write, and an invigilator is asked to pass it on.

import { many, t } from "./words.js";

export const MOST_EVENTS = 50;

const later = (a, b) => a[0] - b[0] || a[1] - b[1];
const takesNothing = (state) => state.mode !== "writing" || state.paused;

export function begin({ length, responses = {}, deadline = null, mode = "opening" }) {
  return {
    mode, length, deadline, epoch: 0, lastSeq: 0,
    known: fromServer(length, responses, 0), // what the server acknowledged, by position: { value, rank }
    outbox: [], // what it did not acknowledge yet: { epoch, seq, position, value, kept }
    flags: {}, strikes: {}, notes: {}, // the candidate's own marks: by position, no part of what is handed in
    paused: false, asking: false, head: "", messages: [], readUpTo: 0, extended: false, position: 1, savedAt: null, missed: false, doubt: false, before: mode, ended: false, code: null,
    told: {}, // verdicts that the candidate must hear of: { superseded: [7], late: [], refused: [] }
  };
}

export function reduce(state, action) {
  const change = CHANGES[action.type];
  return change ? change(state, action) : state;
}

const CHANGES = {
  restored: (state, { events, marks = {} }) => ({
    ...state,
    outbox: sorted([...state.outbox, ...events.filter((one) => !holds(state, one)).map((one) => ({ ...one, kept: true }))]),
    flags: marks.flags ?? state.flags, strikes: marks.strikes ?? state.strikes, notes: marks.notes ?? state.notes,
    readUpTo: marks.readUpTo ?? state.readUpTo,
  }),

  leased: (state, { epoch, lastSeq = 0, responses, deadline }) => ({
    ...state, mode: "writing", epoch, lastSeq, deadline: deadline ?? state.deadline, missed: false, asking: false, paused: false,
    known: fromServer(state.length, responses, epoch),
  }),

  chose: (state, { position, value, time = null }) => {
    if (takesNothing(state) || !(position >= 1 && position <= state.length) || valueAt(state, position) === value) return state;
    const seq = state.lastSeq + 1;
    const event = { epoch: state.epoch, seq, position, value, time, kept: false };
    return { ...state, lastSeq: seq, outbox: [...state.outbox, event], told: withoutPosition(state.told, position) };
  },

  kept: (state, { epoch, seq }) => ({
    ...state, outbox: state.outbox.map((one) => (one.epoch === epoch && one.seq === seq ? { ...one, kept: true } : one)),
  }),

  acknowledged: (state, { epoch, verdicts, savedAt, ...standing }) => {
    const waiting = new Map(state.outbox.filter((one) => one.epoch === epoch).map((one) => [one.seq, one]));
    const gone = new Set();
    const known = { ...state.known };
    let { told, doubt } = state;
    let saved = false;
    for (const { seq, verdict } of verdicts) {
      const event = waiting.get(seq);
      if (!event || verdict === "held") continue; // what is held comes again when the sitting goes on
      gone.add(event);
      const rank = [epoch, seq];
      if (verdict === "accepted" || verdict === "duplicate") {
        const before = known[event.position].rank;
        saved = true;
        if (later(rank, before) > 0) known[event.position] = { value: event.value, rank };
        // An event older than the server's list: whether it counts, only a new list says.
        else if (before[1] === 0) doubt = true;
      } else {
        told = { ...told, [verdict]: [...new Set([...(told[verdict] ?? []), event.position])].sort((a, b) => a - b) };
        doubt = true;
      }
    }
    const next = { ...state, known, told, doubt, missed: false, outbox: state.outbox.filter((one) => !gone.has(one)) };
    if (saved) next.savedAt = savedAt ?? state.savedAt;
    return stands(next, standing);
  },

  refreshed: (state, { responses, ...standing }) => {
    const next = stands({ ...state, missed: false }, standing);
    const mine = next.mode !== "elsewhere" && next.mode !== "watching";
    const listed = fromServer(state.length, responses, Math.max(state.epoch, standing.leaseEpoch ?? 0));
    const known = {};
    // What was acknowledged to this page meanwhile is newer than a list that was made before.
    for (const key of Object.keys(listed)) known[key] = mine && later(state.known[key].rank, listed[key].rank) > 0 ? state.known[key] : listed[key];
    return { ...next, known, doubt: false };
  },

  /** The server's word on how the sitting stands, without the responses. */
  stood: (state, standing) => stands({ ...state, missed: false }, standing),
  asked: (state) => (state.asking ? state : { ...state, asking: true, missed: false }),
  doubted: (state) => ({ ...state, doubt: true }),
  missed: (state) => (state.missed ? state : { ...state, missed: true }),
  reopened: (state) => (state.mode === "elsewhere" ? { ...state, mode: "opening" } : state),
  shut: (state, { code }) => ({ ...state, mode: "shut", code }),
  over: (state, { code, ended = false }) => ({
    ...state, mode: "over", before: state.mode === "over" ? state.before : state.mode, code: state.code ?? code, ended: state.ended || ended,
  }),
  heard: (state, { key }) => {
    if (key === "extended") return { ...state, extended: false };
    const message = /^message-(\d+)$/.exec(key);
    return message ? { ...state, readUpTo: Math.max(state.readUpTo, Number(message[1])) } : { ...state, told: { ...state.told, [key]: [] } };
  },
  moved: (state, { position }) => (position >= 1 && position <= state.length && position !== state.position ? { ...state, position } : state),
  flagged: (state, { position }) => ({ ...state, flags: without({ ...state.flags, [position]: !state.flags[position] }) }),
  struck: (state, { position, option }) => {
    const before = state.strikes[position] ?? "";
    const now = before.includes(option) ? before.replace(option, "") : before + option;
    return { ...state, strikes: without({ ...state.strikes, [position]: now }) };
  },
  noted: (state, { position, text }) => ({ ...state, notes: without({ ...state.notes, [position]: text }) }),
};

/** Marks that say nothing are left out. */
const without = (marks) => Object.fromEntries(Object.entries(marks).filter(([, mark]) => mark));

/** How the sitting stands by the server's word: who writes, until when, and whether it still runs. */
function stands(state, { leaseEpoch, deadline, running, paused, secondsLeft, messages, head }) {
  const next = { ...state, deadline: deadline ?? state.deadline, messages: messages ?? state.messages, head: head ?? state.head };
  if (running !== undefined) next.paused = paused ?? false;
  if (deadline && state.deadline && Date.parse(deadline) > Date.parse(state.deadline)) next.extended = true;
  if (running === false) return { ...next, mode: "over", ended: true, code: state.code ?? (secondsLeft > 0 ? "handed-in" : "time-is-up") };
  if (leaseEpoch > state.epoch && state.mode === "writing") return { ...next, mode: "elsewhere", doubt: true };
  // The clock here was ahead, or time was added.
  if (state.mode === "over" && !state.ended && secondsLeft > 0) return { ...next, mode: state.before, code: null };
  return next;
}

function fromServer(length, responses, epoch) {
  const known = {};
  for (let position = 1; position <= length; position += 1) known[position] = { value: responses[position] ?? null, rank: [epoch, 0] };
  return known;
}

const sorted = (events) => events.sort((a, b) => later([a.epoch, a.seq], [b.epoch, b.seq]));
const holds = (state, event) => state.outbox.some((one) => one.epoch === event.epoch && one.seq === event.seq);
const withoutPosition = (told, position) =>
  Object.fromEntries(Object.entries(told).map(([verdict, positions]) => [verdict, positions.filter((one) => one !== position)]));

// --- questions ---------------------------------------------------------------------------------------

/** What stands at a position: the last choice made here as long as it waits, else what the server has. */
export function valueAt(state, position) {
  const waiting = state.outbox.findLast((one) => one.position === position);
  return waiting ? waiting.value : state.known[position].value;
}

export function counts(state) {
  const all = Array.from({ length: state.length }, (_, place) => place + 1);
  const unanswered = all.filter((position) => valueAt(state, position) === null);
  return { answered: state.length - unanswered.length, unanswered, flagged: all.filter((position) => state.flags[position]) };
}

/** The next events to send: of one epoch, the oldest first, and only what is kept on the device unless all is asked for. */
export function nextBatch(state, { all = false, except = [] } = {}) {
  const ready = state.outbox.filter((one) => (all || one.kept) && !except.includes(one));
  const events = ready.filter((one) => one.epoch === ready[0].epoch).slice(0, MOST_EVENTS);
  return events.length ? { epoch: events[0].epoch, events } : null;
}

/** The state of saving in words. `at` is the time of the last acknowledgement as the reader's clock shows it. */
export function savedWords(state, { at, durable }) {
  const waiting = state.outbox.length;
  const trying = state.missed && state.mode !== "shut" ? t(". No connection; trying again") : "";
  // Whoever reads "on this device" may close the lid: it must lie there by then.
  if (durable && state.outbox.some((one) => !one.kept)) return t("Saving, {waiting} waiting", { waiting });
  if (state.paused && waiting) return durable ? t("Paused; {waiting} waiting on this device", { waiting }) : t("Paused; {waiting} waiting in this open page", { waiting });
  if (state.paused) return t("Paused");
  if (waiting) return (durable ? t("On this device, {waiting} waiting", { waiting }) : t("In this open page only, {waiting} waiting", { waiting })) + trying;
  if (state.asking) return t("Waiting for an invigilator");
  if (state.mode === "opening") return t("Connecting; nothing is saved yet as you choose") + trying;
  if (state.savedAt) return t("Saved at {at}", { at }) + trying;
  return (counts(state).answered ? t("All answers saved") : t("No answer yet")) + trying;
}

const item = (positions) => (positions.length > 1 ? t("items {list} and {last}", { list: positions.slice(0, -1).join(", "), last: positions.at(-1) }) : t("item {number}", { number: positions[0] }));
const REFUSALS = {
  "safe-browser": t("This exam goes on only in Safe Exam Browser. Reload this page there"),
  401: t("You are signed out. Sign in again and open the sitting from your exams"),
  403: t("This page may no longer write in this sitting. Open the sitting again from your exams"),
  404: t("This sitting is not to be found any more. Open it again from your exams"),
};

/** What the candidate must be told, one sentence or two for each: { key, text, action }. */
export function notices(state, { durable = true, timeOf = (iso) => iso } = {}) {
  const said = [];
  const waiting = state.outbox.length;
  const safe = waiting ? many(waiting, "; {count} answer that the server has not confirmed stays on this device", "; {count} answers that the server has not confirmed stay on this device") : t("; nothing is lost");
  if (state.paused) said.push({ key: "paused", text: t("The sitting is paused. Your clock stands still, and what you answered is safe. It goes on here by itself.") });
  if (state.asking) said.push({ key: "asking", text: t("Another device holds this sitting. An invigilator has been asked whether you may go on here; this page waits. What is saved is safe.") });
  for (const { id, text, at } of state.messages) if (id > state.readUpTo) said.push({ key: `message-${id}`, text: t("An invigilator, {time}: {text}", { time: timeOf(at), text }), action: t("I have read this") });
  if (state.extended && state.mode !== "over") said.push({ key: "extended", text: t("Time was added. The sitting now ends at {time}.", { time: timeOf(state.deadline) }), action: t("I have read this") });
  if (state.mode === "elsewhere") said.push({ key: "elsewhere", text: t("This sitting was opened on another page or device. That one writes now, and this page has stopped."), action: t("Go on here instead") });
  if (state.mode === "shut") said.push({ key: "shut", text: `${REFUSALS[state.code] ?? t("The server did not understand this page. Open the sitting again from your exams")}${safe}.` });
  if (waiting && state.missed && state.mode !== "shut") said.push({ key: "file", text: t("The server can't be reached. If it stays so, download your answers as a sealed file and give it to your invigilator or examiner; the page goes on trying meanwhile."), action: t("Download the sealed file") });
  if (state.mode === "over" && !state.ended) said.push({ key: "over", text: waiting && state.missed ? t("The time is up. The server can't be reached, and {waiting} of your answers did not get there. Leave this page open: it goes on trying.", { waiting }) : t("The time is up. Your sitting is being closed.") });
  if (!durable && state.mode === "writing") said.push({ key: "memory", text: t("This browser keeps nothing on the device. Answers are safe once they show as saved; until then, leave this page open.") });
  const { superseded = [], late = [], refused = [] } = state.told;
  if (superseded.length) said.push({ key: "superseded", text: t("Your change to {items} on this page does not count: the page or device that took over has answered it, and that answer stands.", { items: item(superseded) }) });
  if (late.length) said.push({ key: "late", text: t("Your change to {items} reached the server after the end. It is kept, and it does not count.", { items: item(late) }) });
  if (refused.length) said.push({ key: "refused", text: t("The server did not take your answer to {items}. Choose it again.", { items: item(refused) }) });
  return said;
}
