/* Says beside a package when the host of packages has kept what its learner did. */
const state = document.querySelector("[data-package-state]");
const frame = document.querySelector(".package-frame");

addEventListener("message", (event) => {
  if (!frame || event.origin !== state.dataset.origin || event.source !== frame.contentWindow) return;
  if (event.data?.auditorium !== "kept") return;
  const words = event.data.done ? state.dataset.done : state.dataset.kept;
  state.textContent = `${words} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;
});

/* Of a window of its own this page hears nothing: it asks when its learner is back. */
async function ask() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-package-state]")?.textContent;
  if (now && now !== state.textContent) state.textContent = now;
}
if (!frame) addEventListener("focus", ask);
