// The outbox: sealed forms, sent in their order when there is a signal, kept until the receipt is here.

import { shutOut } from "./bundle.js";
import { all, kept, together } from "./store.js";

export async function waiting() {
  const rows = await all("outbox");
  return rows.sort((one, other) => one.sequence - other.sequence);
}

export const receipts = () => all("receipts");

async function post(row, device, ask) {
  const { phone, ...entry } = row.sealed;
  const response = await fetch("/field/outbox/", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ phone, token: tokenOf(device, phone), sent_at: new Date().toISOString(), entries: [entry], ask }),
  });
  if (response.status === 400 || response.status === 413) return { problem: "stuck" };
  if (!response.ok) return { problem: response.status === 403 ? "unknown" : "server" };
  return response.json();
}

function tokenOf(device, phone) {
  return device.phone === phone ? device.token : (device.earlier || {})[phone];
}

async function receive(row, told) {
  const receipt = told.receipts.find((one) => one.id === row.id);
  if (!receipt) return false;
  await together((stores) => {
    stores.outbox.delete(row.id);
    stores.receipts.put({ id: row.id, sequence: row.sequence, label: row.label, ...receipt });
  });
  return true;
}

async function sendAll() {
  const device = (await kept("device")) || {};
  let sent = 0;
  let stuck = "";
  for (const row of await waiting()) {
    let told;
    try {
      told = await post(row, device, []);
    } catch (noSignal) {
      return { sent, problem: "signal" };
    }
    if (told.problem === "stuck") { // the others need not wait for it; it stays and is tried again
      stuck = "stuck";
      continue;
    }
    if (told.problem) return { sent, problem: told.problem };
    if (!(await receive(row, told))) return { sent, problem: "server" };
    sent += 1;
    if (told.revoked) {
      await shutOut();
      return { sent, problem: "revoked" };
    }
  }
  return { sent, problem: stuck };
}

// Two pages of one phone do not send at the same time.
export function send() {
  if (!navigator.locks) return sendAll();
  return navigator.locks.request("shouwang-field-send", sendAll);
}
