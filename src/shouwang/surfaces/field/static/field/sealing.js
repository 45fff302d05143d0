// Sealing to the server's key: what is sealed here, this phone cannot open again. See stream/fieldwork/sealing.py.

import { encoded, joined, random, toBytes, toText } from "./bytes.js";

const INFO = "shouwang field v1";
const CURVE = { name: "ECDH", namedCurve: "P-256" };

export async function seal({ id, phone, sequence, key, form }) {
  const point = toBytes(key.public);
  const theirs = await crypto.subtle.importKey("raw", point, CURVE, false, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const mine = await crypto.subtle.exportKey("raw", own.publicKey);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: joined(mine, point), info: encoded(INFO) };
  const secret = await crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = random(12);
  const bound = encoded([INFO, key.id, phone, sequence, id].join("|"));
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: bound };
  const text = await crypto.subtle.encrypt(algorithm, secret, encoded(JSON.stringify(form)));
  return { id, phone, sequence, key: key.id, body: toText(joined(mine, nonce, text)) };
}
