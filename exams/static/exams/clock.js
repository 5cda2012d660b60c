// The server's time, on a clock that nobody can set: performance.now() plus an offset learnt from answers.

import { many, t } from "./words.js";

const SLACK = 50; // ms that two clocks may drift apart between samples before an old one is given up

export function createClock(monotonic) {
  let best = null; // the narrowest interval in which the offset must lie

  return {
    /** One answer: the server's stamp was made between these two moments of the monotonic clock. */
    observe(serverTime, sentAt, receivedAt) {
      const stamp = Date.parse(serverTime);
      if (!(receivedAt >= sentAt) || Number.isNaN(stamp)) return;
      const sample = { least: stamp - receivedAt, most: stamp - sentAt };
      // Where the two exclude each other, this clock stood still (a closed lid), and the older is worth nothing.
      const apart = best && (sample.least > best.most + SLACK || sample.most < best.least - SLACK);
      if (!best || apart || sample.most - sample.least <= best.most - best.least) best = sample;
    },
    /** The server's time now, in ms; null as long as it is unknown. */
    now: () => best && monotonic() + (best.least + best.most) / 2,
    /** Ms until a deadline by the server's time; null as long as it is unknown. */
    until: (deadline) => best && deadline && Date.parse(deadline) - (monotonic() + (best.least + best.most) / 2),
    monotonic,
  };
}

const MINUTE = 60;
export const SPOKEN = [30, 10, 5, 1].map((minutes) => minutes * MINUTE);
export const ALWAYS_SHOWN = 5 * MINUTE;

export const secondsIn = (ms) => Math.max(0, Math.floor(ms / 1000));

/** 1:12:07 */
export function digits(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / MINUTE) % 60, seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** In words: hours and minutes, and seconds in the last minute only. */
export function words(seconds) {
  if (seconds <= 0) return t("The time is up");
  if (seconds < MINUTE) return many(seconds, "{count} second left", "{count} seconds left");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / MINUTE) % 60];
  const time = [hours && many(hours, "{count} hour", "{count} hours"), minutes && many(minutes, "{count} minute", "{count} minutes")];
  return t("{time} left", { time: time.filter(Boolean).join(" ") });
}

/** What to speak when the time goes from `before` to `now`: at 30, 10, 5 and 1 minutes only. */
export function spoken(before, now) {
  const crossed = SPOKEN.filter((at) => before > at && now <= at && now > 0).at(-1);
  return crossed ? words(crossed) : null;
}
