// The sealed file of answers: what a candidate can carry to an invigilator when nothing reaches the server.
// Its seal shows a change made on the way. docs/api-sittings.md describes the file.

/** JSON with sorted keys and no spaces: the same bytes as the server's canonical form. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key.normalize("NFC"))}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(typeof value === "string" ? value.normalize("NFC") : value);
}

const bytesOf = (base64url) => Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** The file's text: what waits, bound to sitting and form, with its seal. Rejects where the browser has no WebCrypto. */
export async function sealedFile({ sitting, form, key, head, madeAt, events }, subtle = globalThis.crypto?.subtle) {
  const content = {
    auditorium: "answers/1", sitting, form, made_at: madeAt, head,
    events: events.map(({ epoch, seq, position, value, time }) => ({ epoch, seq, position, value, time: time ?? null })),
  };
  const secret = await subtle.importKey("raw", bytesOf(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const seal = base64url(await subtle.sign("HMAC", secret, new TextEncoder().encode(canonical(content))));
  return JSON.stringify({ ...content, seal });
}
