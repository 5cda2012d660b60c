/* On the host of packages: opens the package for its learner, gives it the run-time of its standard, and sends what it
   tells. A window has a number, and what it sends has one: the server takes each once, and none of an older window. */
const { standard, entry, title, lost, ended } = document.body.dataset;
const home = document.body.dataset.public;
const says = document.querySelector(".says");
const Runtime = standard === "scorm-1.2" ? window.Scorm12API : window.Scorm2004API;
const OFTEN = 5_000; // how often it is asked what a part of cmi5, which tells by itself, has had kept
const BEACON = 60_000; // bytes that a browser sends for a page that is being left
let seq = 0;

function tell(sentence) {
  says.textContent = sentence;
  says.hidden = !sentence;
}

function report(answer) {
  if (window.parent !== window) window.parent.postMessage({ auditorium: "kept", done: answer.done === true }, home);
}

function send(launch, cmi) {
  const body = JSON.stringify({ launch, seq: ++seq, cmi });
  const request = new XMLHttpRequest();
  try {
    // Packages ask at once whether it was kept, as their standard lets them; so it can't be sent beside.
    request.open("POST", "keep", false);
    request.send(body);
  } catch {
    // A page that is being left may not wait; what is small enough goes all the same.
    const sent = body.length < BEACON && navigator.sendBeacon("keep", body);
    if (!sent) tell(lost);
    return { result: sent ? "true" : "false", errorCode: sent ? 0 : 391 };
  }
  const answer = read(request.responseText);
  tell(answer.result === "true" ? "" : answer.says || lost);
  if (answer.result === "true") report(answer);
  return { result: answer.result || "false", errorCode: answer.errorCode ?? 391 };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function open() {
  const answer = await fetch("begin", { method: "POST", credentials: "omit" });
  const begun = await answer.json();
  if (!answer.ok) return tell(begun.says);
  if (standard === "cmi5") return runs(begun.query);
  const api = new Runtime({
    autocommit: true,
    autocommitSeconds: 20,
    lmsCommitUrl: new URL("keep", location.href).href,
    dataCommitFormat: "json",
    httpService: { updateSettings() {}, processHttpRequest: (url, cmi) => send(begun.launch, cmi) },
  });
  api.loadFromJSON(begun.cmi);
  window[standard === "scorm-1.2" ? "API" : "API_1484_11"] = api;
  show(entry);
}

function show(address) {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.src = address;
  document.body.append(frame);
}

async function standing() {
  const answer = await fetch("standing", { credentials: "omit" }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

async function runs(query) {
  let kept = (await standing())?.kept;
  show(`${entry}${entry.includes("?") ? "&" : "?"}${query}`);
  setInterval(async () => {
    const now = document.hidden ? null : await standing();
    if (!now || now.kept === kept) return;
    kept = now.kept;
    report(now);
    if (window.parent === window) tell(now.ended ? ended : "");
  }, OFTEN);
}

open().catch(() => tell(lost));
