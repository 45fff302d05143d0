// Bytes and texts. Nothing newer than Chromium 90.

export function toText(bytes) {
  let raw = "";
  const view = new Uint8Array(bytes);
  for (let start = 0; start < view.length; start += 32768) {
    raw += String.fromCharCode.apply(null, view.subarray(start, start + 32768));
  }
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function toBytes(text) {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

export function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function newId() {
  const bytes = random(16);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), start);
    start += part.byteLength;
  }
  return whole;
}

export const encoded = (text) => new TextEncoder().encode(text);
export const decoded = (bytes) => new TextDecoder().decode(bytes);
