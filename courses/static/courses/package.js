/* Says beside a package when the host of packages has kept what its learner did. */
const state = document.querySelector("[data-package-state]");
const frame = document.querySelector(".package-frame");

addEventListener("message", (event) => {
  if (event.origin !== state.dataset.origin || event.source !== frame.contentWindow) return;
  if (event.data?.auditorium !== "kept") return;
  const words = event.data.done ? state.dataset.done : state.dataset.kept;
  state.textContent = `${words} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;
});
