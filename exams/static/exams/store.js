// What is kept on the device: events that the server has not acknowledged, and the candidate's own marks.
// An event is put here before it is sent, and leaves only when the server has answered for it.

const NAME = "auditorium-sittings";

/** The interface, in memory: for browsers that keep nothing, and for tests. */
export function memoryStore() {
  const events = new Map();
  let marks = {};
  return {
    durable: false,
    add: async (event) => void events.set(`${event.epoch}:${event.seq}`, event),
    remove: async (gone) => gone.forEach((one) => events.delete(`${one.epoch}:${one.seq}`)),
    all: async () => [...events.values()],
    marks: async () => marks,
    mark: async (more) => void (marks = { ...marks, ...more }),
  };
}

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const finished = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onerror = transaction.onabort = () => reject(transaction.error);
});

async function deviceStore(factory, sitting) {
  const opening = factory.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("outbox", { keyPath: ["sitting", "epoch", "seq"] });
    opening.result.createObjectStore("marks", { keyPath: "sitting" });
  };
  const database = await settled(opening);
  const within = (name, work) => {
    // "On this device" must be true after a power cut too; a mark is not worth the wait.
    const transaction = database.transaction(name, "readwrite", { durability: name === "outbox" ? "strict" : "relaxed" });
    work(transaction.objectStore(name));
    return finished(transaction);
  };
  const mine = [[sitting], [sitting, []]]; // an array sorts after every number: all events of this sitting
  const read = (name, ask) => settled(ask(database.transaction(name).objectStore(name)));
  return {
    durable: true,
    add: ({ epoch, seq, position, value, time }) => within("outbox", (box) => box.put({ sitting, epoch, seq, position, value, time })),
    remove: (gone) => within("outbox", (box) => gone.forEach((one) => box.delete([sitting, one.epoch, one.seq]))),
    all: async () => (await read("outbox", (box) => box.getAll(IDBKeyRange.bound(...mine)))).map(({ sitting: _, ...event }) => event),
    marks: async () => (await read("marks", (box) => box.get(sitting))) ?? {},
    mark: (more) => within("marks", (box) => {
      const asking = box.get(sitting);
      asking.onsuccess = () => box.put({ ...asking.result, ...more, sitting });
    }),
  };
}

/** What `promise` comes to, or a refusal when it takes longer than `ms`. */
const patiently = (promise, ms) => new Promise((resolve, reject) => {
  const timer = setTimeout(reject, ms);
  promise.then(resolve, reject).finally(() => clearTimeout(timer));
});

/**
 * The device's store, or memory where there is none. When the device fails later on, memory takes over and
 * `onFall` is called, so that the words on the page stay true.
 */
export async function openStore(factory, sitting, { onFall = () => {}, open = deviceStore, patience = 3000 } = {}) {
  let store;
  try {
    // Some browsers neither open nor refuse; the paper must not wait for them.
    store = await patiently(open(factory, sitting), patience);
  } catch {
    store = memoryStore();
  }
  const fall = () => {
    if (!store.durable) return;
    store = memoryStore();
    onFall();
  };
  const surely = (name, otherwise) => async (...args) => {
    try {
      return await store[name](...args);
    } catch {
      fall();
      return otherwise ?? store[name](...args);
    }
  };
  return {
    get durable() { return store.durable; },
    add: surely("add"), remove: surely("remove"), all: surely("all", []), marks: surely("marks", {}), mark: surely("mark"),
  };
}

// --- the sealed file -----------------------------------------------------------------------------------
// What a candidate can carry to an invigilator when nothing reaches the server; its seal shows a change made on
// the way. docs/api-sittings.md describes it.

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
