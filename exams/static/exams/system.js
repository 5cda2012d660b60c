// Is this device fit for an exam? Each check is tried by itself, and what it finds is said in words.

import { createClock } from "./clock.js";
import { many, t } from "./words.js";

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
    ? good(t("Cookies are kept: you stay signed in."))
    : bad(t("This browser keeps no cookies of ours, so you could not stay signed in. Allow them for this site."));
}

/** Writes one record, reads it back, and leaves nothing behind. */
export async function storage(factory) {
  const failed = bad(
    t("This browser can't keep answers on the device; a private window often forbids it. Use an ordinary window: then an answer is safe here until it has reached us."),
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
  return good(t("The browser can keep answers on this device until they have reached us."));
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
    const away = bad(t("We could not be reached just now. Look at your network, and check again."));
    return { trip: away, clock: doubtful(t("Without an answer from us your clock can't be compared.")) };
  }
  const now = clock.now();
  return { trip: judgeTrip(trip), clock: now === null ? doubtful(t("Our answer held no time.")) : judgeClock(wall() - now) };
}

export function judgeTrip(ms) {
  const said = ms < 1000
    ? t("An answer takes {ms} milliseconds there and back.", { ms: Math.max(1, Math.round(ms)) })
    : t("An answer takes {seconds} seconds there and back.", { seconds: (ms / 1000).toFixed(1) });
  return ms <= SLOW
    ? good(said)
    : doubtful(said + t(" That is slow, and safe: what you answer is kept on the device until we have it."));
}

export function judgeClock(ahead) {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (seconds <= CLOCK_OFF) return good(many(seconds, "Your device's clock agrees with ours to {count} second.", "Your device's clock agrees with ours to {count} seconds."));
  const minutes = Math.round(seconds / 60);
  const much = minutes < 120 ? many(minutes, "{count} minute", "{count} minutes") : many(Math.round(minutes / 60), "{count} hour", "{count} hours");
  const said = ahead > 0 ? t("Your device's clock is {time} ahead.", { time: much }) : t("Your device's clock is {time} behind.", { time: much });
  return doubtful(said + t(" It does no harm: the exam goes by our clock, and shows it."));
}

export function judgeWindow(width, height) {
  return width >= NARROW
    ? good(t("This window is {width} by {height} pixels: room enough.", { width, height }))
    : doubtful(t("This window is {width} by {height} pixels. The paper fits, in one narrow column; a wider window is more comfortable.", { width, height }));
}

const SIGNS = { good: t("In order"), warning: t("Mind"), bad: t("Not in order") };

/** Tries everything, and tells each finding as soon as it is there. */
export async function check(tell, device) {
  tell("scripts", good(t("Scripts run: every answer is saved as you choose it.")));
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
  if (seen.includes("bad")) return t("Something is not in order. What to do stands beside it.");
  return seen.includes("warning")
    ? t("You can sit an exam here. Something is worth a look.")
    : t("Everything is in order: you can sit an exam here.");
}

if (typeof document !== "undefined") {
  const root = document.querySelector("[data-system-check]");
  if (root) start(root);
}
