// Shows what the form would print a moment after each change; without scripts the button beside it does.
const form = document.querySelector("form[data-preview]");
const show = form?.querySelector("button[formtarget=preview]");
let waiting;
if (form && show) {
  const soon = (delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(show), delay);
  };
  form.addEventListener("input", () => soon(350));
  soon(0);
}
