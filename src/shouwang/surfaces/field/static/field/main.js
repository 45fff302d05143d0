// The phone's page: what to do today, one visit at a time, with or without a signal.

import * as bundle from "./bundle.js";
import { begin, discard, drafts, finish, save, today } from "./drafts.js";
import { fields, missing } from "./form.js";
import * as lock from "./lock.js";
import { receipts, send, waiting } from "./outbox.js";
import { button, element, say, show, unremembered } from "./page.js";
import { kept } from "./store.js";
import { watchForUpdate } from "./update.js";
import { aged, dayOf, english, headed, listed, phrase, sayPage, switchLanguage } from "./words.js";

const IDLE = 10 * 60 * 1000;
const PROBLEMS = {
  signal: "没有信号，先放在手机里，有信号了再送。",
  server: "平台现在收不了，先放在手机里，过一会儿再送。",
  stuck: "有一份平台没有收下，还在手机里，请告诉乡镇。",
  unknown: "平台不认识这部手机。填好的表还在，请到村委会重新登记下载。",
  revoked: "这部手机已经挂失，带走的内容已清空；填好的表都送到了，由乡镇核对。",
};
let editing = null;
let drawn = first;
let saving = Promise.resolve();
let timer = 0;
let touched = Date.now();

// ---------------------------------------------------------------------------------------------- drafts and sending

function keepSoon() {
  clearTimeout(timer);
  timer = setTimeout(keepNow, 400);
}

export function keepNow() {
  clearTimeout(timer);
  const draft = editing;
  if (draft && lock.isOpen()) saving = saving.then(() => save(draft)).catch(() => say(phrase("草稿没有存上，请检查手机空间。"), true));
  return saving;
}

async function count() {
  const number = (await waiting()).length;
  const line = document.getElementById("waiting");
  line.textContent = number ? phrase("待发送 {number} 份", { number }) : phrase("没有待发送的");
  line.className = number ? "waiting some" : "waiting";
  document.getElementById("send").hidden = !number;
  return number;
}

async function sendNow(told) {
  if (!(await count())) return;
  const { sent, problem } = await send();
  await count();
  if (problem === "revoked") {
    editing = null;
    await first();
  } else if (sent && lock.isOpen() && !editing) await list();
  if (told || sent || problem === "revoked") say((sent ? phrase("已送到 {sent} 份。", { sent }) : "") + (problem ? phrase(PROBLEMS[problem]) : ""), Boolean(problem) && problem !== "signal");
}

// ------------------------------------------------------------------------------------------------------- screens

async function first() {
  drawn = first;
  if (await lock.isSet()) return (await bundle.expired()) ? ended() : locked();
  const who = await bundle.desk();
  if (who === undefined) return show("还没有下载", element("p", {}, phrase("第一次使用要有信号，并且先登录。")), button(phrase("再试一次"), "main", first));
  if (who === null) return signInFirst();
  return welcome(who);
}

function signInFirst() {
  show("先登录",
    element("p", {}, phrase("在有信号的地方登录，下载今天要走访的事项；之后没有信号也能填。")),
    element("p", {}, element("a", { class: "button main", href: "/sign-in/?next=/field/" }, phrase("去登录"))));
}

function pinField(id, title, autocomplete) {
  const input = element("input", { id, type: "password", inputmode: "numeric", autocomplete, maxlength: 20, required: true });
  return [input, element("div", { class: "field" }, element("label", { for: id }, phrase(title)), input)];
}

function welcome(who) {
  const [pin, pinRow] = pinField("pin", "设一个口令（至少六位数字）", "new-password");
  const [again, againRow] = pinField("pin-again", "再输一遍", "new-password");
  const name = element("input", { id: "phone-title", type: "text", maxlength: 40, value: `${who.who.name}的手机` });
  const form = element("form", {},
    element("p", {}, `${who.who.name} · ${who.who.post}`),
    element("p", {}, phrase("带走的内容在手机里是加密的，每次打开都要这个口令。口令不会传出去，忘了只能重新下载。")),
    pinRow, againRow,
    element("div", { class: "field" }, element("label", { for: "phone-title" }, phrase("给这部手机起个名字")), name),
    element("button", { class: "main" }, phrase("下载今天的走访")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = lock.weak(pin.value) || (pin.value === again.value ? "" : phrase("两次输的不一样。"));
    if (wrong) return say(wrong, true);
    say(phrase("正在下载……"));
    await lock.setUp(pin.value);
    const told = await bundle.take(who, name.value);
    if (told.wrong) {
      await lock.wipe();
      return say(told.wrong, true);
    }
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    say(phrase("已下载 {count} 件。", { count: told.visits.length }));
    return list();
  });
  show("下载走访事项", form);
}

async function locked() {
  const [pin, row] = pinField("pin", "口令", "current-password");
  const form = element("form", {}, row, element("button", { class: "main" }, phrase("打开")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say(phrase("正在打开……"));
    if (await lock.unlock(pin.value)) {
      say("");
      await bundle.openKept();
      return list();
    }
    const left = await lock.triesLeft();
    if (!left) {
      await count();
      say(phrase("口令错了五次，手机里带走的内容已清空；写了一半的草稿已封好，等着送回乡镇。"), true);
      return first();
    }
    say(phrase("口令不对，还可以试 {left} 次。", { left }), true);
    pin.value = "";
    return pin.focus();
  });
  show("守望外出采集", form,
    element("details", {}, element("summary", {}, phrase("忘了口令")),
      element("p", {}, phrase("口令找不回来。可以清空带走的内容重新下载；写了一半的草稿会封好送回乡镇，不会丢。")),
      button(phrase("清空，重新下载"), "quiet", async () => { await lock.wipe(); await count(); await first(); })));
  pin.focus();
}

async function ended() {
  await bundle.shutOut();
  await count();
  show("已经过期", element("p", {}, phrase("三周没有联网，带走的内容已清空。填好的表和草稿都还在“待发送”里，不会丢。")), button(phrase("重新下载"), "main", first));
}

function dueOn(visit) {
  const day = dayOf(visit.due_on);
  return late(visit) ? phrase("已过期 {day}", { day }) : phrase("到期 {day}", { day });
}

function late(visit) { return visit.due_on && visit.due_on < today(); }

async function list() {
  editing = null;
  drawn = list;
  const content = bundle.current();
  if (!content) return takeAgain();
  const begun = new Map((await drafts()).map((draft) => [draft.subject, draft]));
  const marks = await marked();
  const rows = content.visits.map((visit) => {
    const mark = begun.has(visit.subject) ? phrase("草稿") : marks.get(visit.subject);
    const home = visit.household;
    const open = element("button", { type: "button", class: "visit" },
      element("span", { class: "visit-head" }, element("b", {}, home.head || phrase("未写姓名")), element("span", {}, [home.village, home.group].filter(Boolean).join(" "))),
      element("span", { class: "visit-why" }, headed(visit.title, listed(visit.why.slice(0, 2)))),
      element("span", { class: "visit-foot" },
        visit.due_on && element("span", { class: late(visit) ? "due late" : "due" }, dueOn(visit)),
        mark && element("span", { class: "mark" }, mark)));
    open.addEventListener("click", () => one(visit, begun.get(visit.subject)));
    return element("li", {}, open);
  });
  show("今天要走访的",
    element("p", { class: "lead" }, `${content.person.name} · ${phrase(content.person.post)} · ${phrase("共 {count} 件，还能用 {days} 天", { count: rows.length, days: await bundle.daysLeft() })}`),
    rows.length ? element("ul", { class: "visits" }, ...rows) : element("p", { class: "empty" }, phrase("没有等着走访的。有新的交办，重新下载就能看到。")),
    element("div", { class: "tools" }, button(phrase("重新下载"), "quiet", takeAgain), button(phrase("锁上"), "quiet", shut)));
}

// What became of the forms that were filled in on this phone.
async function marked() {
  const found = new Map();
  const words = { applied: "已送到，已办", review: "已送到，待乡镇处理", taken: "已送到", kept: "已送到" };
  for (const row of await receipts()) if (row.label) found.set((await lock.show(row.label)).subject, phrase(words[row.state] || "已送到"));
  for (const row of await waiting()) if (row.label) found.set((await lock.show(row.label)).subject, phrase("待发送"));
  return found;
}

async function takeAgain() {
  const who = await bundle.desk();
  if (who === undefined) return say(phrase(PROBLEMS.signal), true);
  if (who === null) return signInFirst();
  const content = bundle.current();
  if (content && content.person.username !== who.who.username) return say(phrase("换人使用，请先在锁屏上清空，再用自己的账号下载。"), true);
  say(phrase("正在下载……"));
  const told = await bundle.take(who, "");
  if (told.wrong) {
    say(told.wrong, true);
    return told.revoked ? first() : undefined;
  }
  say(phrase("已下载 {count} 件。", { count: told.visits.length }));
  return list();
}

async function shut() {
  await keepNow();
  editing = null;
  bundle.shut();
  say("");
  await first();
}

function card(visit) {
  const home = visit.household;
  const people = home.members.map((one) => element("li", {}, [one.name, phrase(one.relation), one.age === null ? "" : aged(one.age)].filter(Boolean).join(" ")));
  return element("section", { class: "card", "aria-label": phrase("农户") },
    element("p", {}, element("b", {}, home.head || phrase("未写姓名")), ` ${[home.village, home.group].filter(Boolean).join(" ")}`),
    home.monitored && element("p", {}, phrase(home.monitored)),
    people.length && element("ul", { class: "people" }, ...people),
    element("p", {}, headed(visit.title, listed(visit.why))));
}

async function one(visit, draft) {
  const form = bundle.current().forms[visit.form];
  const filled = draft || begin(visit);
  editing = filled;
  drawn = () => one(visit, filled);
  const day = element("input", { id: "visited-on", type: "date" });
  day.value = filled.visited_on;
  day.addEventListener("input", () => { if (day.value) { filled.visited_on = day.value; keepSoon(); } });
  const done = button(phrase("填好了，封存发送"), "main", async () => {
    const lacking = missing(form, filled, visit.factors);
    if (lacking.length) return say(headed("还没有填", listed(lacking)), true);
    await keepNow();
    editing = null;
    try {
      await finish(filled);
    } catch (full) {
      editing = filled;
      return say(phrase("没有封存上，草稿还在。请检查手机空间后再试。"), true);
    }
    await count();
    say(phrase("已封存。有信号就送出，送到前一直在手机里。"));
    await list();
    return sendNow(false);
  });
  show(visit.title, card(visit), english() && element("p", { class: "hint" }, phrase("规则包里没有英文的词仍是中文。")),
    unremembered(
      element("div", { class: "field" }, element("label", { for: "visited-on" }, phrase("哪天去的")), day),
      ...fields(form, filled, visit, () => { say(""); keepSoon(); }), done,
      element("div", { class: "tools" },
        button(phrase("先存着，回去"), "quiet", async () => { await keepNow(); say(phrase("草稿存好了。")); await list(); }),
        button(phrase("不要这份草稿"), "quiet", async () => { editing = null; clearTimeout(timer); await saving; await discard(filled); await list(); }))));
}

// ---------------------------------------------------------------------------------------------------------- start

document.getElementById("send").addEventListener("click", () => sendNow(true));
document.getElementById("language").addEventListener("click", async () => {
  await keepNow();
  switchLanguage();
  say("");
  await count();
  await drawn();
});
window.addEventListener("online", () => sendNow(false));
document.addEventListener("visibilitychange", () => (document.hidden ? keepNow() : sendNow(false)));
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { touched = Date.now(); });
setInterval(async () => {
  if (lock.isOpen() && Date.now() - touched > IDLE) await shut();
  else if (navigator.onLine) await sendNow(false);
}, 60000);
window.addEventListener("unhandledrejection", () => say(phrase("手机没有存上，请检查空间后再试。"), true));

sayPage();
watchForUpdate(keepNow);
kept("lock").then(count).then(first).then(() => sendNow(false));
