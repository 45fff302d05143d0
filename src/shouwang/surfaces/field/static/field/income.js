// The income sheet in 分, whole numbers only. The words are those of the papers (收入核算).

import { listed, phrase } from "./words.js";

export const TERMS = [
  ["wage", "工资性收入", ""],
  ["business_income", "经营收入", "＋"],
  ["business_cost", "经营支出", "－"],
  ["property_income", "财产性收入", "＋"],
  ["transfer", "转移性收入", "＋"],
];

// Yuan as somebody types them → 分; null for nothing, NaN for what is no amount.
export function toFen(text) {
  const plain = text.trim().replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 65296)).replace(/[,，]/g, "").replace("．", ".");
  if (!plain) return null;
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(plain);
  return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : NaN;
}

export function yuan(fen) {
  const size = Math.abs(fen);
  const rest = size % 100;
  const whole = String((size - rest) / 100).replace(/\B(?=(\d{3})+$)/g, ",");
  return (fen < 0 ? "-" : "") + whole + (rest ? "." + String(rest).padStart(2, "0") : "");
}

export function plainYuan(fen) {
  return fen === null || fen === undefined ? "" : ((fen - (fen % 100)) / 100) + (fen % 100 ? "." + String(fen % 100).padStart(2, "0") : "");
}

// Half and more is rounded away from zero, once, at the end.
export function divided(fen, people) {
  const twice = 2 * Math.abs(fen) + people;
  const size = (twice - (twice % (2 * people))) / (2 * people);
  return fen < 0 ? -size : size;
}

export function workedOut(sheet) {
  const lacking = TERMS.filter(([name]) => sheet[name] === null || sheet[name] === undefined).map(([, title]) => title);
  if (!lacking.length && !sheet.members) lacking.push("家庭人口");
  if (lacking.length) return { net: null, perHead: null, words: phrase("{lacking}未核实，不能计算，不按零计算", { lacking: listed(lacking) }) };
  const net = sheet.wage + sheet.business_income - sheet.business_cost + sheet.property_income + sheet.transfer;
  const perHead = divided(net, sheet.members);
  const steps = TERMS.map(([name, , sign]) => sign + yuan(sheet[name])).join("");
  const places = { steps, net: yuan(net), members: sheet.members, head: yuan(perHead) };
  return { net, perHead, words: phrase("{steps}＝{net}元；{net}÷{members}人＝{head}元/人", places) };
}
