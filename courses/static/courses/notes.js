/* Marks the passages of the learner's notes in the text, and carries a selected passage into the form
   of a note. Without this script a passage is typed, and notes stand at the end of the lesson. */
const text = document.querySelector("[data-lesson-text]");
const form = document.querySelector("[data-note]");

function walk() {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let whole = "";
  // Spaces fall together as they did when the passage was kept.
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = 0; at < node.data.length; at += 1) {
      const space = /\s/.test(node.data[at]);
      if (space && (whole === "" || whole.endsWith(" "))) continue;
      whole += space ? " " : node.data[at];
      nodes.push([node, at]);
    }
  }
  return { whole, nodes };
}

function mark() {
  const quotes = [...document.querySelectorAll("[data-quote]")].map((quote) => quote.textContent.trim());
  if (!quotes.length || !CSS.highlights) return;
  const { whole, nodes } = walk();
  const ranges = [];
  for (const quote of quotes) {
    const begin = whole.indexOf(quote);
    if (begin < 0) continue;
    const range = new Range();
    range.setStart(...nodes[begin]);
    const [last, at] = nodes[begin + quote.length - 1];
    range.setEnd(last, at + 1);
    ranges.push(range);
  }
  CSS.highlights.set("noted", new Highlight(...ranges));
}

function anchor(node) {
  const marks = [...form.elements.place.options].map((option) => option.value).filter(Boolean);
  let found = "";
  for (const id of marks) {
    const heading = document.getElementById(id);
    if (heading && heading.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) found = id;
  }
  return found;
}

if (text && form) {
  mark();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button note-on";
  button.textContent = "Note on this passage";
  button.hidden = true;
  document.body.append(button);

  const selected = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    return text.contains(range.commonAncestorContainer) ? range : null;
  };

  document.addEventListener("selectionchange", () => { button.hidden = !selected(); });
  // The click itself would take the selection away.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const range = selected();
    if (!range) return;
    form.elements.quote.value = range.toString().replace(/\s+/g, " ").trim().slice(0, 500);
    form.elements.place.value = anchor(range.startContainer);
    form.closest("details").open = true;
    getSelection().removeAllRanges();
    form.elements.text.focus();
    form.scrollIntoView({ block: "center" });
  });
}
