/* Keeps the reader's place: the last anchor above the middle of the window, told to the server when
   the page is left. Without this script the place is the lesson itself. */
const form = document.getElementById("place");
const marks = [...document.querySelectorAll("[data-lesson-text] [id]")].filter((mark) => !mark.id.endsWith("-asked"));
let told = decodeURIComponent(location.hash.slice(1));

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
  const here = place();
  if (!form || !here || here === told) return;
  told = here;
  form.elements.place.value = here;
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
}

// A page that is hidden may never come back: on phones no other event is sure to fire.
document.addEventListener("visibilitychange", () => { if (document.hidden) tell(); });
addEventListener("pagehide", tell);
