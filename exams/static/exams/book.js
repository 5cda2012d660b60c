// The open book beside the paper. It is fetched only when it is opened, and shows the lessons that the exam allows.

import { t } from "./words.js";

const pane = document.querySelector("[data-book]");
const opener = document.querySelector("[data-book-open]");
const body = pane.querySelector("[data-book-body]");
const closer = pane.querySelector("[data-book-close]");
const home = opener.href;
let shown = null;

async function open(url) {
  pane.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  if (shown === url) return pane.focus();
  body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${url}?part`, { cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    body.innerHTML = await answer.text();
    shown = url;
    body.scrollTop = 0;
    body.querySelector("h2")?.focus();
  } catch {
    body.textContent = t("The lesson can't be fetched just now. Your answers are not touched by this; try again in a moment.");
  }
  body.removeAttribute("aria-busy");
}

function close() {
  pane.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
}

export function toggle() {
  if (pane.hidden) open(shown ?? home);
  else close();
}

closer.addEventListener("click", close);
pane.addEventListener("keydown", (event) => {
  event.stopPropagation(); // the keys of the paper mean nothing here
  if (event.key === "Escape") close();
});
body.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link) return;
  const within = link.getAttribute("href").startsWith("#");
  if (!within) event.preventDefault(); // what lies outside the book is not allowed material
  if (link.matches("[data-book-link]")) open(link.href);
});
