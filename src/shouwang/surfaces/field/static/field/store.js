// What the phone keeps: a few plain facts (which phone, which sequence), everything about people encrypted or sealed.

const NAME = "shouwang-field";
const STORES = ["kept", "drafts", "outbox", "receipts"];
let opening = null;

function open() {
  if (!opening) {
    opening = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("kept");
        for (const name of STORES.slice(1)) request.result.createObjectStore(name, { keyPath: "id" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }
  return opening;
}

// One transaction over all stores: what `work` does with them happens whole or not at all.
export async function together(work) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(STORES, "readwrite");
    const stores = {};
    for (const name of STORES) stores[name] = transaction.objectStore(name);
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
    work(stores, (value) => { result = value; });
  });
}

async function asked(name, ask) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const request = ask(base.transaction(name, "readonly").objectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const kept = (key) => asked("kept", (store) => store.get(key));
export const all = (name) => asked(name, (store) => store.getAll());
export const keep = (key, value) => together((stores) => stores.kept.put(value, key));
export const put = (name, row) => together((stores) => stores[name].put(row));

// Numbers that only ever grow: the phone's own order, whatever its clock says.
export function nextSequence() {
  return together((stores, give) => {
    const request = stores.kept.get("sequence");
    request.onsuccess = () => {
      const next = (request.result || 0) + 1;
      stores.kept.put(next, "sequence");
      give(next);
    };
  });
}
