// The keyboard: which key asks for what. The page says the same under "Keys", and can turn them off.

const SIMPLE = { n: { do: "step", by: 1 }, p: { do: "step", by: -1 }, f: { do: "flag" }, r: { do: "review" }, 0: { do: "clear" } };

/** What a key asks for, or null: { do: "choose", place: 0 }, { do: "step", by: 1 }, … */
export function command({ key, ctrlKey, metaKey, altKey, shiftKey, repeat, target }) {
  if (ctrlKey || metaKey || altKey || repeat || !key || key.length > 1) return null;
  if (target?.closest?.("textarea, select, input:not([type=radio], [type=checkbox])")) return null;
  const low = key.toLowerCase();
  if (SIMPLE[low] && !shiftKey) return SIMPLE[low];
  const place = "abcde".indexOf(low) >= 0 ? "abcde".indexOf(low) : "12345".indexOf(low);
  if (place < 0) return null;
  return shiftKey && "abcde".includes(low) ? { do: "strike", place } : { do: "choose", place };
}

export function listen(page, isOn, act) {
  page.addEventListener("keydown", (event) => {
    const asked = isOn() && command(event);
    if (asked && act(asked)) event.preventDefault();
  });
}
