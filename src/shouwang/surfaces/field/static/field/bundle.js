// What was taken along: fetched at the desk with the officer's own session, kept encrypted, for three weeks at most.

import * as lock from "./lock.js";
import { keep, kept, together } from "./store.js";
import { learn, phrase } from "./words.js";

let open = null;

export const current = () => open;

async function json(response) {
  const type = response.headers.get("Content-Type") || "";
  if (response.redirected || !type.includes("application/json")) return null;
  return response.json();
}

// Who is signed in, null when nobody is, undefined without a signal.
export async function desk() {
  try {
    return await json(await fetch("/field/desk/", { cache: "no-store", credentials: "same-origin" }));
  } catch (noSignal) {
    return undefined;
  }
}

export async function take(who, title) {
  const device = (await kept("device")) || {};
  const response = await fetch("/field/bundle/", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": who.csrf },
    body: JSON.stringify({ phone: device.phone, token: device.token, title }),
  });
  const told = await json(response);
  if (!told) return { wrong: phrase("登录已经过期，请重新登录。") };
  if (!response.ok) {
    if (told.revoked) await shutOut();
    return told;
  }
  const { phone, token, ...content } = told;
  const now = Date.now();
  const hidden = await lock.hide(content);
  await together((stores) => {
    stores.kept.put({ phone, token: token || device.token, key: content.key, earlier: earlier(device, phone) }, "device");
    stores.kept.put(hidden, "bundle");
    stores.kept.put({ from: now, until: now + lasting(content), latest: now }, "clock");
  });
  open = content;
  learn(open.english);
  return content;
}

// Tokens of phones that this one was before: what was sealed under them can still be sent.
function earlier(device, phone) {
  const before = { ...device.earlier };
  if (device.phone && device.phone !== phone) before[device.phone] = device.token;
  return before;
}

function lasting(content) {
  return Date.parse(content.expires_at) - Date.parse(content.downloaded_at);
}

// After unlocking. True when there is something to work with.
export async function openKept() {
  const hidden = await kept("bundle");
  open = hidden ? await lock.show(hidden) : null;
  learn(open && open.english);
  return open !== null;
}

export function shut() {
  open = null;
  lock.close();
}

export async function shutOut() {
  open = null;
  await lock.wipe();
  const device = await kept("device");
  if (device) await keep("device", { key: device.key, earlier: earlier(device, "") });
}

// The clock of a phone may be turned back: the latest time that it ever showed counts as well.
export async function expired() {
  const clock = await kept("clock");
  if (!clock) return false;
  const latest = Math.max(clock.latest, Date.now());
  await keep("clock", { ...clock, latest });
  return latest > clock.until;
}

export async function daysLeft() {
  const clock = await kept("clock");
  return clock ? Math.max(0, Math.ceil((clock.until - Math.max(clock.latest, Date.now())) / 86400000)) : 0;
}
