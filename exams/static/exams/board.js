// Keeps the board fresh: asks for this very page every ten seconds and puts the new board in the old one's place.
const EVERY = 10_000;

async function renew() {
  const board = document.querySelector("[data-board]");
  if (!board || document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-board]");
    if (!fresh) throw new Error("no board");
    const name = board.contains(document.activeElement) ? nameOf(document.activeElement) : "";
    board.replaceWith(fresh);
    // Whoever goes through the board by keyboard stays where they were.
    if (name) ways(fresh).find((one) => nameOf(one) === name)?.focus({ preventScroll: true });
  } catch {
    const status = board.querySelector("[data-board-status]");
    status.textContent = "It could not be looked at again just now; this is how it stood. It is tried on.";
  }
}

const ways = (board) => [...board.querySelectorAll("a, button")];
const nameOf = (one) => one.getAttribute("aria-label") ?? one.textContent.trim();

setInterval(renew, EVERY);
document.addEventListener("visibilitychange", renew);
