// Is this device fit for an exam? Each check is tried by itself, and what it finds is said in words.

import { createClock } from "./clock.js";

const TURNS = 5;
const SLOW = 1500; // ms there and back
const CLOCK_OFF = 60; // seconds
const NARROW = 600; // CSS pixels: below that, the paper stands in one narrow column

const good = (says) => ({ stands: "good", says });
const doubtful = (says) => ({ stands: "warning", says });
const bad = (says) => ({ stands: "bad", says });

export function cookies(page) {
  const name = "system-check";
  page.cookie = `${name}=1; Max-Age=10; SameSite=Lax; Path=/`;
  const kept = page.cookie.split("; ").includes(`${name}=1`);
  page.cookie = `${name}=; Max-Age=0; SameSite=Lax; Path=/`;
  return kept
    ? good("Cookies are kept: you stay signed in.")
    : bad("This browser keeps no cookies of ours, so you could not stay signed in. Allow them for this site.");
}

/** Writes one record, reads it back, and leaves nothing behind. */
export async function storage(factory) {
  const failed = bad(
    "This browser can't keep answers on the device; a private window often forbids it. Use an ordinary window: " +
      "then an answer is safe here until it has reached us.",
  );
  if (!factory) return failed;
  const name = "auditorium-system-check";
  const done = (request, upgrade) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      if (upgrade) request.onupgradeneeded = () => upgrade(request.result);
    });
  try {
    const database = await done(factory.open(name, 1), (fresh) => fresh.createObjectStore("tries"));
    const store = () => database.transaction("tries", "readwrite").objectStore("tries");
    await done(store().put("kept", "answer"));
    const found = await done(store().get("answer"));
    database.close();
    // May be held up ("blocked") until the transaction above has ended, or another tab's check: it ends by itself.
    await done(factory.deleteDatabase(name));
    if (found !== "kept") return failed;
  } catch {
    return failed;
  }
  return good("The browser can keep answers on this device until they have reached us.");
}

/** The server's clock, asked a few times: how long an answer takes there and back, and how far this clock is off. */
export async function server(ask, { monotonic, wall }) {
  const clock = createClock(monotonic);
  let trip = Infinity;
  try {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const sentAt = monotonic();
      const { server_time: stamp } = await ask();
      const receivedAt = monotonic();
      clock.observe(stamp, sentAt, receivedAt);
      trip = Math.min(trip, receivedAt - sentAt);
    }
  } catch {
    const away = bad("We could not be reached just now. Look at your network, and check again.");
    return { trip: away, clock: doubtful("Without an answer from us your clock can't be compared.") };
  }
  const now = clock.now();
  return { trip: judgeTrip(trip), clock: now === null ? doubtful("Our answer held no time.") : judgeClock(wall() - now) };
}

export function judgeTrip(ms) {
  const said = `An answer takes ${ms < 1000 ? `${Math.max(1, Math.round(ms))} milliseconds` : `${(ms / 1000).toFixed(1)} seconds`} there and back`;
  return ms <= SLOW
    ? good(`${said}.`)
    : doubtful(`${said}. That is slow, and safe: what you answer is kept on the device until we have it.`);
}

export function judgeClock(ahead) {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (seconds <= CLOCK_OFF) return good(`Your device's clock agrees with ours to ${seconds === 1 ? "1 second" : `${seconds} seconds`}.`);
  const minutes = Math.round(seconds / 60);
  const much = minutes < 120 ? `${minutes} minute${minutes === 1 ? "" : "s"}` : `${Math.round(minutes / 60)} hours`;
  return doubtful(
    `Your device's clock is ${much} ${ahead > 0 ? "ahead" : "behind"}. It does no harm: the exam goes by our clock, and shows it.`,
  );
}

export function judgeWindow(width, height) {
  const said = `This window is ${width} by ${height} pixels`;
  return width >= NARROW
    ? good(`${said}: room enough.`)
    : doubtful(`${said}. The paper fits, in one narrow column; a wider window is more comfortable.`);
}

const SIGNS = { good: "In order", warning: "Mind", bad: "Not in order" };

/** Tries everything, and tells each finding as soon as it is there. */
export async function check(tell, device) {
  tell("scripts", good("Scripts run: every answer is saved as you choose it."));
  tell("cookies", cookies(device.page));
  tell("window", judgeWindow(device.width(), device.height()));
  tell("storage", await storage(device.storage()));
  const found = await server(device.ask, device);
  tell("trip", found.trip);
  tell("clock", found.clock);
}

function start(root) {
  const device = {
    page: document,
    width: () => innerWidth,
    height: () => innerHeight,
    // In some private windows even to name it throws.
    storage: () => { try { return indexedDB; } catch { return null; } },
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    ask: async () => {
      const answer = await fetch(root.dataset.timeUrl, { cache: "no-store" });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      return answer.json();
    },
  };
  const seen = [];
  const tell = (name, { stands, says }) => {
    const place = root.querySelector(`[data-check="${name}"] [data-found]`);
    place.textContent = `${SIGNS[stands]}: ${says}`;
    place.className = stands === "good" ? "found found-good" : `found found-${stands}`;
    place.hidden = false;
    seen.push(stands);
  };
  const again = root.querySelector("[data-again]");
  const run = async () => {
    seen.length = 0;
    again.disabled = true;
    await check(tell, device);
    again.disabled = false;
    again.hidden = false;
    root.querySelector("[data-sum]").textContent = sum(seen);
  };
  again.addEventListener("click", run);
  run();
}

export function sum(seen) {
  if (seen.includes("bad")) return "Something is not in order. What to do stands beside it.";
  return seen.includes("warning")
    ? "You can sit an exam here. Something is worth a look."
    : "Everything is in order: you can sit an exam here.";
}

if (typeof document !== "undefined") {
  const root = document.querySelector("[data-system-check]");
  if (root) start(root);
}
