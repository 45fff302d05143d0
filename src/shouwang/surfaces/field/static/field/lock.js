// The lock: a random key encrypts what lies on the phone; it is wrapped by a key made from the PIN and, unwrapped, lives
// in memory alone. Five wrong PINs, or three weeks, and it is gone; drafts then go to the outbox, sealed to the server.

import { decoded, encoded, random } from "./bytes.js";
import { all, keep, kept, together } from "./store.js";
import { phrase } from "./words.js";

const ROUNDS = 600000;
export const TRIES = 5;
export const SHORTEST = 6;
let key = null;

async function fromPin(pin, salt) {
  const base = await crypto.subtle.importKey("raw", encoded(pin), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

function unwrapped(lock, wrapping) {
  const how = { name: "AES-GCM", iv: lock.nonce };
  return crypto.subtle.unwrapKey("raw", lock.wrapped, wrapping, how, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export function weak(pin) {
  if (!/^\d+$/.test(pin) || pin.length < SHORTEST) return phrase("口令至少六位数字。");
  const steps = new Set(Array.from(pin).slice(1).map((digit, at) => digit.charCodeAt(0) - pin.charCodeAt(at)));
  const simple = steps.size === 1 && [0, 1, -1].includes(Array.from(steps)[0]);
  return simple || new Set(pin).size < 3 ? phrase("口令太简单，换一个别人猜不到的。") : "";
}

export async function setUp(pin) {
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const lock = { salt: random(16), nonce: random(12), tries: 0 };
  const wrapping = await fromPin(pin, lock.salt);
  lock.wrapped = await crypto.subtle.wrapKey("raw", made, wrapping, { name: "AES-GCM", iv: lock.nonce });
  key = await unwrapped(lock, wrapping);
  await keep("lock", lock);
}

// True when it opened. The try is counted before it is made, so that closing the page does not save one.
export async function unlock(pin) {
  const lock = await kept("lock");
  if (!lock) return false;
  lock.tries += 1;
  await keep("lock", lock);
  try {
    key = await unwrapped(lock, await fromPin(pin, lock.salt));
  } catch (wrong) {
    if (lock.tries >= TRIES) await wipe();
    return false;
  }
  lock.tries = 0;
  await keep("lock", lock);
  return true;
}

export const isOpen = () => key !== null;
export const isSet = async () => Boolean(await kept("lock"));
export function close() { key = null; }

export async function triesLeft() {
  const lock = await kept("lock");
  return lock ? TRIES - lock.tries : 0;
}

export async function hide(value) {
  const nonce = random(12);
  return { nonce, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, encoded(JSON.stringify(value))) };
}

export async function show(hidden) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: hidden.nonce }, key, hidden.text);
  return JSON.parse(decoded(plain));
}

// Everything that this phone could read is gone. What somebody had begun to write is not lost: its sealed copy goes out.
export async function wipe() {
  key = null;
  const drafts = await all("drafts");
  await together((stores) => {
    for (const draft of drafts) {
      if (draft.sealed) stores.outbox.put({ id: draft.sealed.id, sequence: draft.sealed.sequence, sealed: draft.sealed });
    }
    stores.drafts.clear();
    stores.receipts.clear();
    for (const name of ["lock", "bundle", "clock"]) stores.kept.delete(name);
  });
}
