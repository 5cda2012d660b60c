// A break from the paper, where an accommodation grants one. It is fetched only then. Without it the same button
// posts the form of the page; with it, all that waits is sent first, and the pages of the break do the rest.

import { t } from "./words.js";

const button = document.querySelector("[data-break]");
const says = document.querySelector("[data-break-says]");
const left = says.textContent;

/** Posts to an address as a form does, so that the page that comes of it is shown. */
function post(action) {
  const form = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
  form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
  document.body.append(form);
  form.submit();
}

export function createBreak({ sync, read, timeOf }) {
  button.addEventListener("click", async (event) => {
    if (read().mode === "opening") return; // as long as this page may not write, the plain form does
    event.preventDefault();
    if (read().paused) return post(button.dataset.goOn);
    button.disabled = true;
    says.textContent = t("Sending what waits");
    const safe = await sync.settle();
    button.disabled = false;
    if (safe && read().mode === "writing") return post(button.dataset.break);
    says.textContent = t("The server can't be reached: no break has begun, and the time runs on. Try again");
  });
  let before = null;
  return {
    draw({ mode, paused }) {
      const until = typeof paused === "string" ? paused : null;
      button.hidden = until ? false : Boolean(paused) || !["opening", "writing"].includes(mode);
      if (until === before) return;
      before = until;
      button.textContent = until ? t("Go on") : t("Take a break");
      says.textContent = until ? t("On a break until {time} at the latest", { time: timeOf(until) }) : left;
    },
  };
}
