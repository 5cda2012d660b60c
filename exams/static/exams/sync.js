// Between the page and the server: takes the right to write, sends what waits, learns how the sitting stands.
// One request at a time, and the next one is always worked out anew from the state: after a loss there is
// nothing to put right, only something to do again.

import { nextBatch } from "./state.js";

export const BATCH_AFTER = 1000; // ms after a choice
const HURRY = 5000; // with less time than this left, nothing waits for company
const FIRST_RETRY = 1000, LONGEST_RETRY = 15000;
const NEAR_END = 60000, LONGEST_NEAR_END = 2000; // a long pause must not swallow the last minute

/** How long to wait after so many misses: 1 to 15 s, spread out so that a hall does not knock in step. */
export function retryAfter(misses, random) {
  const most = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** misses);
  return FIRST_RETRY + (most - FIRST_RETRY) * random();
}

/** The doors of the sitting. An answer is { status, said, sentAt, receivedAt }; no answer throws. */
export function createTransport({ fetch, urls, token, device, monotonic, patience = 10000 }) {
  const ask = async (url, { body, keepalive = false, method } = {}) => {
    const headers = { "X-Sitting-Token": token, Accept: "application/json" };
    const request = { method: method ?? (body === undefined ? "GET" : "POST"), headers, keepalive, cache: "no-store", signal: AbortSignal.timeout(patience) };
    if (body) {
      headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    const sentAt = monotonic();
    const response = await fetch(url, request);
    const receivedAt = monotonic();
    return { status: response.status, said: await response.json().catch(() => ({})), sentAt, receivedAt };
  };
  return {
    lease: async () => {
      const answer = await ask(urls.lease_url, { body: { device } });
      if (answer.said.token) token = answer.said.token;
      return answer;
    },
    send: ({ epoch, events }, keepalive) => ask(urls.responses_url, {
      body: { epoch, events: events.map(({ seq, position, value, time }) => ({ seq, position, value, ...(time && { time }) })) }, keepalive,
    }),
    ask: () => ask(urls.state_url),
    beat: () => ask(urls.presence_url, { body: null }),
    desk: (content) => ask(urls.desk_url, { body: content, method: "PUT" }),
  };
}

const standing = (said) => ({
  leaseEpoch: said.lease?.epoch, deadline: said.deadline, secondsLeft: said.seconds_left,
  // A paused sitting has not ended.
  running: said.state === undefined ? undefined : ["running", "paused"].includes(said.state),
  paused: said.state === "paused" && (said.break_until ?? true), messages: said.messages, head: said.head,
});

export function createSync({ transport, store, clock, read, tell, timer, random = Math.random }) {
  let waiting = null, busy = null, misses = 0;

  /** What is to do now, or null. Each step says whether to go on at once; if not, it is tried again later. */
  function step() {
    const state = read();
    if (state.mode === "shut" || state.paused) return null;
    if (state.mode === "opening") return lease;
    const batch = nextBatch(state);
    if (batch) return () => send(batch);
    return state.doubt || (state.mode === "over" && !state.ended) ? ask : null;
  }

  async function lease() {
    const said = await hear(transport.lease());
    if (said?.epoch) tell({ type: "leased", epoch: said.epoch, lastSeq: said.last_seq, responses: said.responses, deadline: said.deadline });
    return said !== null && read().mode !== "opening";
  }

  async function send(batch, keepalive = false) {
    const said = await hear(transport.send(batch, keepalive));
    if (said === null) return false;
    const before = read().outbox.length;
    await heed(batch, said);
    return read().outbox.length < before;
  }

  async function heed({ epoch, events }, said) {
    if (!said.verdicts) return;
    const named = new Set(said.verdicts.filter((one) => one.verdict !== "held").map((one) => one.seq));
    await store.remove(events.filter((one) => named.has(one.seq)));
    tell({ type: "acknowledged", epoch, verdicts: said.verdicts, savedAt: said.saved_at, ...standing(said) });
  }

  async function ask() {
    const said = await hear(transport.ask());
    if (said?.responses) tell({ type: "refreshed", responses: said.responses, ...standing(said) });
    return said !== null && !read().doubt && !(read().mode === "over" && !read().ended);
  }

  /** What was said, or null when nobody answered or the server is in trouble: then it is tried again. */
  async function hear(answering) {
    let answer;
    try {
      answer = await answering;
    } catch {
      answer = { status: 0, said: {} };
    }
    const { status, said } = answer;
    if (status === 0 || status === 408 || status === 429 || status >= 500) {
      misses += 1;
      tell({ type: "missed" });
      return null;
    }
    misses = 0;
    if (said.server_time) clock.observe(said.server_time, answer.sentAt, answer.receivedAt);
    if (said.code === "paused") tell({ type: "stood", ...standing(said) });
    else if (said.code === "ask-invigilator") tell({ type: "asked" });
    else if (status === 409) tell({ type: "over", code: said.code, ended: said.state !== "running" });
    // Whatever else is refused will be refused again; what waits stays on the device.
    else if (status >= 400 && !said.verdicts) tell({ type: "shut", code: said.code === "safe-browser" ? said.code : status });
    return said;
  }

  async function work() {
    for (let next = step(); next; next = step()) {
      if (!(await next())) {
        if (step()) plan(Math.min(retryAfter(misses, random), isNear() ? LONGEST_NEAR_END : LONGEST_RETRY));
        return;
      }
    }
  }

  /** Everything that is to do, now. Called again while it runs, it joins in. */
  function flush() {
    timer.cancel(waiting);
    waiting = null;
    busy ??= work().finally(() => { busy = null; });
    return busy;
  }

  function plan(delay) {
    if (waiting === null) waiting = timer.after(delay, () => { waiting = null; flush(); });
  }

  function isNear(within = NEAR_END) {
    const left = clock.until(read().deadline);
    return left !== null && left < within;
  }

  /** A second after a choice, or at once near the end; a retry that is planned stays as it is. */
  const soon = () => plan(isNear(HURRY) ? 0 : BATCH_AFTER);

  /** On leaving: all that waits, once, in requests that outlive the page. Doing it twice does no harm. */
  function leave() {
    if (read().mode === "shut") return;
    const sent = [];
    for (let batch = nextBatch(read(), { all: true }); batch; batch = nextBatch(read(), { all: true, except: sent })) {
      sent.push(...batch.events);
      send(batch, true);
    }
  }

  /** Says that the page is there, and hears how the sitting stands: credits, a pause, messages, another device. */
  async function beat() {
    if (busy || read().mode === "shut" || read().mode === "watching") return;
    const before = read();
    const said = await hear(transport.beat());
    if (said?.state) tell({ type: "stood", ...standing(said) });
    if (before.paused && !read().paused) flush();
  }

  /** Whether all is with the server and the server still answers: asked before handing in. */
  async function settle() {
    await busy;
    tell({ type: "doubted" });
    await flush();
    return !read().outbox.length && !read().doubt;
  }

  return { flush, soon, leave, settle, beat };
}

const DESK_AFTER = 3000;

/**
 * Keeps flags, strikes and notes with the server, so that they are there on another device. The newest wins as
 * a whole; what the server did not get yet stays marked as such on this device.
 */
export function createDesk({ transport, timer, read, mark }) {
  let waiting = null;
  async function send() {
    waiting = null;
    const { flags, strikes, notes } = read();
    const sent = JSON.stringify({ flags, strikes, notes });
    try {
      const { status } = await transport.desk({ flags, strikes, notes });
      const { flags: f, strikes: s, notes: n } = read();
      if (status < 400 && JSON.stringify({ flags: f, strikes: s, notes: n }) === sent) mark({ deskWaits: false });
      else if (status >= 500) soon();
    } catch {
      soon(DESK_AFTER * 5);
    }
  }
  function soon(after = DESK_AFTER) {
    waiting ??= timer.after(after, send);
  }
  return { soon };
}
