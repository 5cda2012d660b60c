// Shows the server that a page is in Safe Exam Browser, where that sends no headers (macOS, iPadOS). Loaded only by
// pages that ask for it: one leads to an address made up for this moment, the other posts the hashes of that address.

const PATIENCE = 5000;

/** The hashes that Safe Exam Browser has for this page's address, or null in another browser. */
export function readKeys(scope, { patience = PATIENCE, after = setTimeout } = {}) {
  const security = () => scope.SafeExamBrowser?.security;
  if (!security()) return Promise.resolve(null);
  const keys = () => ({ config: security()?.configKey ?? "", exam: security()?.browserExamKey ?? "" });
  if (keys().config || typeof security().updateKeys !== "function") return Promise.resolve(keys());
  return new Promise((resolve) => {
    // SEB 3.0 calls back by the function's name, and looks for it on the window.
    scope.safeBrowserKeysUpdated = function safeBrowserKeysUpdated() { resolve(keys()); };
    security().updateKeys(scope.safeBrowserKeysUpdated);
    after(() => resolve(keys()), patience);
  });
}

export async function begin(page, scope, options) {
  const onward = page.querySelector("[data-safe-browser-check]");
  const form = page.querySelector("[data-safe-browser-answer]");
  if (onward && scope.SafeExamBrowser?.security) {
    onward.closest("[data-safe-browser-inside]").hidden = false;
    scope.location.replace(onward.href);
  }
  if (!form) return;
  const keys = await readKeys(scope, options);
  if (!keys) return;
  form.elements.config_key.value = keys.config;
  form.elements.exam_key.value = keys.exam;
  form.submit();
}

if (globalThis.document) begin(document, globalThis);
