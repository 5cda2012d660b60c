// A small server of sittings that keeps the promises of docs/api-sittings.md, and a network that breaks them all.

export function createServer({ length = 5, deadline = 3_600_000 } = {}) {
  const stored = new Map();
  const late = new Map();
  const server = {
    now: 0, epoch: 1, running: true, paused: false, breakUntil: null, asks: false, messages: [], deadline, stored, late,
    current() {
      const best = {};
      for (const event of stored.values()) {
        const rival = best[event.position];
        if (!rival || event.epoch > rival.epoch || (event.epoch === rival.epoch && event.seq > rival.seq)) best[event.position] = event;
      }
      return Object.fromEntries(Object.entries(best).filter(([, event]) => event.value !== null).map(([position, event]) => [position, event.value]));
    },
    standing(epoch) {
      if (server.now > server.deadline && !server.paused) server.running = false;
      const open = server.paused ? "paused" : "running";
      return {
        state: server.running ? open : "submitted", server_time: new Date(server.now).toISOString(), messages: server.messages, break_until: server.breakUntil,
        deadline: new Date(server.deadline).toISOString(), seconds_left: Math.max(0, Math.floor((server.deadline - server.now) / 1000)),
        lease: { epoch: server.epoch, mine: server.epoch === epoch }, head: `head-${stored.size}`,
      };
    },
    lease() {
      if (!server.standing().state === "running" || !server.running) return { status: 409, said: { code: "time-is-up", ...server.standing() } };
      if (server.paused) return { status: 409, said: { code: "paused", ...server.standing() } };
      if (server.asks) return { status: 409, said: { code: "ask-invigilator" } };
      server.epoch += 1;
      return { status: 200, said: { epoch: server.epoch, token: `t${server.epoch}`, last_seq: 0, length, responses: server.current(), ...server.standing(server.epoch) } };
    },
    beat(epoch) {
      return { status: 200, said: server.standing(epoch) };
    },
    ask(epoch) {
      return { status: 200, said: { ...server.standing(epoch), last_seq: 0, length, responses: server.current() } };
    },
    send({ epoch, events }) {
      const standing = server.standing(epoch);
      const verdicts = events.map(({ seq, position, value }) => {
        const key = `${epoch}:${seq}`;
        if (position > length) return { seq, verdict: "refused", code: "unknown-position" };
        if (stored.has(key)) return { seq, verdict: "duplicate" };
        if (server.paused) return { seq, verdict: "held" };
        if (!server.running) { late.set(key, value); return { seq, verdict: "late" }; }
        const outranked = [...stored.values()].some((one) => one.epoch > epoch && one.position === position);
        stored.set(key, { epoch, seq, position, value });
        return { seq, verdict: outranked ? "superseded" : "accepted" };
      });
      const said = { verdicts, saved_at: standing.server_time, ...standing };
      if (verdicts.every((one) => one.verdict === "held")) return { status: 409, said: { code: "paused", ...said } };
      return verdicts.every((one) => one.verdict === "late") ? { status: 409, said: { code: "time-is-up", ...said } } : { status: 200, said };
    },
  };
  return server;
}

/** Timers that run when the test says so. */
export function createTimers() {
  let planned = [], number = 0, now = 0;
  return {
    timer: {
      after: (ms, work) => { number += 1; planned.push({ number, at: now + ms, work }); return number; },
      cancel: (which) => { planned = planned.filter((one) => one.number !== which); },
    },
    now: () => now,
    planned: () => planned.map((one) => one.at - now),
    /** Runs what falls due until then, and lets every promise settle in between. */
    async pass(ms) {
      const until = now + ms;
      await calm();
      for (;;) {
        const next = planned.filter((one) => one.at <= until).sort((a, b) => a.at - b.at || a.number - b.number)[0];
        if (!next) break;
        planned = planned.filter((one) => one !== next);
        now = next.at;
        next.work();
        await calm();
      }
      now = until;
    },
  };
}

export const calm = () => new Promise((resolve) => { setImmediate(resolve); });
