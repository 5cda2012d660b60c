// The candidate's own tools at an item: striking options out, and private notes. No part of what is handed in.

const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };

/** The tools of one item. `act` is asked for what changes the state. */
export function createTools(box, position, { act }) {
  const note = box.querySelector("[data-note]");
  const text = note.querySelector("textarea");
  const strikes = [...box.querySelectorAll("[data-strike]")].map((button) => ({ button, option: button.dataset.strike, row: button.closest(".option-row") }));
  for (const { button, option } of strikes) button.addEventListener("click", () => act({ do: "strike", position, option }));
  text.addEventListener("input", () => act({ do: "note", position, text: text.value }));
  return {
    draw(state) {
      const struck = state.strikes[position] ?? "";
      for (const { button, option, row } of strikes) {
        const out = struck.includes(option);
        button.hidden = state.mode === "opening";
        button.setAttribute("aria-pressed", String(out));
        row.dataset.struck = out;
      }
      note.hidden = state.mode === "opening";
      const kept = state.notes[position] ?? "";
      if (text.value !== kept && text !== document.activeElement) text.value = kept;
      say(note.querySelector("summary"), kept ? "Note: written" : "Note");
    },
  };
}

const DESK_AFTER = 3000;

/**
 * Keeps flags, strikes and notes with the server, so that they are there on another device. The newest wins as
 * a whole; what the server did not get yet stays marked as such on this device.
 */
export function createDesk({ transport, timer, read, mark }) {
  let waiting = null;
  async function send() {
    waiting = null;
    const { flags, strikes, notes } = read();
    const sent = JSON.stringify({ flags, strikes, notes });
    try {
      const { status } = await transport.desk({ flags, strikes, notes });
      const { flags: f, strikes: s, notes: n } = read();
      if (status < 400 && JSON.stringify({ flags: f, strikes: s, notes: n }) === sent) mark({ deskWaits: false });
      else if (status >= 500) soon();
    } catch {
      soon(DESK_AFTER * 5);
    }
  }
  function soon(after = DESK_AFTER) {
    waiting ??= timer.after(after, send);
  }
  return { soon };
}
