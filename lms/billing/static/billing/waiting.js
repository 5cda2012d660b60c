// While word of a payment is waited for: looks again every two seconds, and shows what the page then says.
const EVERY = 2000;
const LOOKS = 60;

async function look() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-payment]");
  const shown = document.querySelector("[data-payment]");
  if (now && shown && now.dataset.payment !== shown.dataset.payment) {
    shown.dataset.payment = now.dataset.payment;
    shown.replaceChildren(...now.childNodes); // a status: what changes in it is read out
  }
}

let left = LOOKS;
const timer = setInterval(() => {
  left -= 1;
  const waits = document.querySelector('[data-payment="waiting"]');
  if (!left || !waits) {
    clearInterval(timer);
    return;
  }
  look().catch(() => {}); // away for a moment: the next look is soon
}, EVERY);
