// Drafts: kept with every change, encrypted; beside each a copy sealed to the server, in case the phone is wiped.

import { newId } from "./bytes.js";
import { current } from "./bundle.js";
import * as lock from "./lock.js";
import { seal } from "./sealing.js";
import { all, kept, nextSequence, put, together } from "./store.js";

export function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
}

function saidAt() {
  const now = new Date();
  const off = -now.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(now.getTime() + off * 60000).toISOString().slice(0, 19);
  return local + (off < 0 ? "-" : "+") + two(off / 60) + ":" + two(Math.abs(off) % 60);
}

export function begin(visit) {
  return {
    id: newId(), rescue: newId(), subject: visit.subject, form: visit.form, title: visit.title,
    version: current().forms[visit.form].version, household_id: visit.household.id, head: visit.household.head,
    base: visit.base, bundle: current().bundle, secret: current().secret, answers: {}, visited_on: today(),
    photos: [], signature: "", place: null,
  };
}

export async function drafts() {
  const rows = await all("drafts");
  return Promise.all(rows.map((row) => lock.show(row.hidden)));
}

function formOf(draft, finished) {
  const { id, rescue, title, head, sequence, ...form } = draft;
  return { ...form, said_at: saidAt(), finished };
}

export async function save(draft) {
  const device = await kept("device");
  draft.sequence = draft.sequence || (await nextSequence());
  const sealed = await seal({
    id: draft.rescue, phone: device.phone, sequence: draft.sequence, key: device.key, form: formOf(draft, false),
  });
  await put("drafts", { id: draft.id, hidden: await lock.hide(draft), sealed });
}

export const discard = (draft) => together((stores) => stores.drafts.delete(draft.id));

// The form leaves the draft and enters the outbox in one step, under the number that the draft had from the beginning.
export async function finish(draft) {
  const device = await kept("device");
  const sequence = await nextSequence();
  const sealed = await seal({
    id: draft.id, phone: device.phone, sequence, key: device.key, form: formOf(draft, true),
  });
  const label = await lock.hide({ subject: draft.subject, title: draft.title, head: draft.head });
  await together((stores) => {
    stores.outbox.put({ id: draft.id, sequence, sealed, label });
    stores.drafts.delete(draft.id);
  });
}
