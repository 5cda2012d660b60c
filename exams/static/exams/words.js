// The words of the scripts in the page's language. They stand in the code in English; a page in another language brings
// its own, by the English ones (exams/queries/scripts.py).

const told = JSON.parse(globalThis.document?.getElementById?.("words")?.textContent ?? "{}");

/** A text with its facts: t("Item {item} of {count}", { item: 3, count: 80 }). */
export const t = (text, facts = {}) => (told[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => facts[name]);

/** One or many: by the count, which is a fact of both texts. */
export const many = (count, one, more) => t(count === 1 ? one : more, { count });
