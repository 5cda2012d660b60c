/* Keeps the reader's place: the last anchor above the middle of the window, told to the server when
   the page is left, with the seconds spent in it. Without this script the place is the lesson itself,
   and no time is counted. */
const form = document.getElementById("place");
const marks = [...document.querySelectorAll("[data-lesson-text] [id]")].filter((mark) => !mark.id.endsWith("-asked"));
let told = decodeURIComponent(location.hash.slice(1));

// Who does nothing for two minutes has gone away: reading goes with a scroll, a key or a hand now and then.
const IDLE = 120_000;
let seconds = 0, moved = performance.now(), counted = moved;

function count() {
  const now = performance.now(), until = Math.min(now, moved + IDLE);
  if (until > counted) seconds += (until - counted) / 1000;
  counted = now;
}

function alive() {
  if (document.hidden) return;
  count();
  moved = performance.now();
}

for (const sign of ["scroll", "pointermove", "pointerdown", "keydown"]) addEventListener(sign, alive, { passive: true });

function place() {
  const middle = innerHeight / 2;
  let found = "";
  for (const mark of marks) {
    if (mark.getBoundingClientRect().top > middle) break;
    found = mark.id;
  }
  return found;
}

function tell() {
  if (!form) return;
  count();
  const here = place(), spent = Math.floor(seconds);
  if ((!here || here === told) && !spent) return;
  told = here || told;
  seconds -= spent;
  form.elements.place.value = here;
  form.elements.seconds.value = spent;
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
}

// A page that is hidden may never come back: on phones no other event is sure to fire.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) tell();
  else moved = counted = performance.now();
});
addEventListener("pagehide", tell);
