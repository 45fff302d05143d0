// One form on the screen: asks what the definition says, what the risk is about, and what the answers before lead to.

import { TERMS, plainYuan, toFen, workedOut, yuan } from "./income.js";
import { button, element } from "./page.js";
import { place, shrunk, signaturePad } from "./pictures.js";
import { phrase } from "./words.js";

const MOST = { words: 300, line: 60 };

export function asked(field, answers, factors) {
  if (field.factors.length && !field.factors.some((one) => factors.includes(one))) return false;
  return Object.entries(field.when).every(([name, allowed]) => allowed.includes(answers[name]));
}

export function missing(form, draft, factors) {
  const found = [];
  for (const field of form.fields) {
    const value = draft.answers[field.name];
    if (field.needed && asked(field, draft.answers, factors) && (value === undefined || value === "")) found.push(field.title);
  }
  if (draft.answers.what === "delivered" && !draft.photos.length && !draft.answers.no_file_reason) found.push("照片，或没有照片的原因");
  if (draft.answers.signed_how === "signature" && !draft.signature) found.push("签名");
  return found;
}

export function fields(form, draft, visit, changed) {
  const rows = form.fields.map((field) => ({ field, row: rowOf(field, draft, visit, update) }));
  const pad = element("div", { class: "field" }, signaturePad(draft.signature, (drawn) => { draft.signature = drawn; changed(); }));
  function update(name, value) {
    if (value === null || value === undefined || value === "") delete draft.answers[name];
    else draft.answers[name] = value;
    arrange();
    changed();
  }
  function arrange() {
    for (const { field, row } of rows) {
      row.hidden = !asked(field, draft.answers, visit.factors);
      if (row.hidden) delete draft.answers[field.name];
    }
    pad.hidden = draft.answers.signed_how !== "signature";
  }
  arrange();
  return [...rows.map(({ row }) => row), pad, photos(form, draft, changed), where(draft, changed)];
}

function rowOf(field, draft, visit, update) {
  const value = draft.answers[field.name];
  if (field.kind === "choice") return choice(field, value, visit.only[field.name], update);
  if (field.kind === "income") return income(field, value || {}, update);
  if (field.kind === "words") return written(field, value, update, element("textarea", { rows: 3, maxlength: field.most }));
  const modes = { money: "decimal", count: "numeric" };
  const kinds = { type: field.kind === "day" ? "date" : "text", inputmode: modes[field.kind], maxlength: field.most || MOST.line };
  return written(field, value, update, element("input", kinds));
}

function choice(field, value, only, update) {
  const set = element("fieldset", { class: "field" }, element("legend", {}, titled(field)));
  const picks = element("div", { class: field.choices.length > 4 ? "picks many" : "picks" });
  for (const [name, title] of field.choices.filter(([one]) => !only || only.includes(one))) {
    const input = element("input", { type: "radio", name: field.name, value: name });
    input.checked = value === name;
    input.addEventListener("change", () => update(field.name, name));
    picks.append(element("label", { class: "pick" }, input, element("span", {}, phrase(title))));
  }
  set.append(picks);
  if (field.hint) set.append(hinted(field));
  return set;
}

function written(field, value, update, input) {
  input.id = "f-" + field.name;
  input.value = field.kind === "money" ? plainYuan(value) : value === undefined ? "" : value;
  const wrong = element("p", { class: "wrong", hidden: true }, phrase("请填数字，例如 1200 或 1200.50"));
  input.addEventListener("input", () => {
    const read = readers[field.kind] ? readers[field.kind](input.value) : input.value.trim();
    wrong.hidden = !Number.isNaN(read);
    input.setAttribute("aria-invalid", String(!wrong.hidden));
    if (wrong.hidden) update(field.name, read);
  });
  const title = element("label", { for: input.id }, titled(field));
  return element("div", { class: "field" }, title, input, wrong, hinted(field));
}

const titled = (field) => phrase(field.title) + (field.needed ? phrase("（必填）") : "");
const hinted = (field) => field.hint && element("p", { class: "hint" }, phrase(field.hint));

const readers = {
  money: toFen,
  count: (text) => (text.trim() === "" ? null : /^\d{1,6}$/.test(text.trim()) ? Number(text) : NaN),
};

function income(field, sheet, update) {
  const set = element("fieldset", { class: "field income" }, element("legend", {}, phrase(field.title)));
  const sum = element("p", { class: "sum", "aria-live": "polite" });
  const known = () => [...TERMS.map(([name]) => name), "members"].some((name) => sheet[name] !== undefined && sheet[name] !== null);
  const tell = () => {
    const worked = workedOut(sheet);
    sum.textContent = known() ? worked.words : phrase("工资性＋经营收入－经营支出＋财产性＋转移性，再除以家庭人口");
    sum.className = worked.perHead === null ? "sum" : "sum done";
  };
  for (const [name, title, sign] of [...TERMS, ["members", "家庭人口（人）", "÷"]]) {
    const money = name !== "members";
    const input = element("input", { id: "i-" + name, type: "text", inputmode: money ? "decimal" : "numeric", maxlength: 14 });
    input.value = money ? plainYuan(sheet[name]) : sheet[name] || "";
    input.addEventListener("input", () => {
      const read = money ? toFen(input.value) : readers.count(input.value);
      input.setAttribute("aria-invalid", String(Number.isNaN(read)));
      sheet[name] = Number.isNaN(read) ? null : read;
      tell();
      update(field.name, known() ? { ...sheet } : null);
    });
    set.append(element("div", { class: "term" }, element("label", { for: "i-" + name }, sign + phrase(title) + (money ? phrase("（元）") : "")), input));
  }
  tell();
  set.append(sum);
  if (field.hint) set.append(hinted(field));
  return set;
}

function photos(form, draft, changed) {
  const shown = element("div", { class: "photos" });
  const input = element("input", { id: "photo", type: "file", accept: "image/*", capture: "environment", class: "unseen" });
  const draw = () => {
    shown.replaceChildren(...draft.photos.map((one, at) => element("figure", {},
      element("img", { src: one, alt: phrase("照片 {number}", { number: at + 1 }) }),
      button(phrase("删掉"), "quiet", () => { draft.photos.splice(at, 1); draw(); changed(); }))));
    input.disabled = draft.photos.length >= form.photos;
  };
  input.addEventListener("change", async () => {
    for (const file of Array.from(input.files).slice(0, form.photos - draft.photos.length)) draft.photos.push(await shrunk(file));
    input.value = "";
    draw();
    changed();
  });
  draw();
  return element("div", { class: "field" }, element("label", { for: "photo", class: "button" }, phrase("拍照片（可不拍）")), input, shown);
}

function where(draft, changed) {
  const words = element("p", { class: "hint", "aria-live": "polite" });
  const tell = () => { words.textContent = draft.place ? phrase("已记下位置，误差约 {accuracy} 米", draft.place) : phrase("不记位置也可以"); };
  const record = button(phrase("记下位置（可不记）"), "quiet", async () => { draft.place = await place(); tell(); changed(); });
  const forget = button(phrase("不记位置"), "quiet", () => { draft.place = null; tell(); changed(); });
  tell();
  return element("div", { class: "field" }, element("div", { class: "row" }, record, forget), words);
}

export { yuan };
