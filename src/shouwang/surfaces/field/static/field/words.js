// Chinese, or English by the switch. Both lie in the page, so switching needs no signal. Only what is shown is English:
// what is kept, sealed and sent stays as the platform speaks. The cookie is the one that every other page goes by.

const COOKIE = "language";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CHINESE = /([\u3400-\u9fff][\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]*)/;
const ofPage = JSON.parse(document.getElementById("english").textContent);
let ofWork = {};

export const english = () => document.cookie.split("; ").includes(COOKIE + "=en");

// The words of what was taken along: titles of visits, questions, choices. Without English they stay Chinese.
export function learn(words) { ofWork = words || {}; }

export function phrase(text, places) {
  const said = english() ? ofPage[text] || ofWork[text] || text : text;
  return places ? said.replace(/\{(\w+)\}/g, (_, name) => places[name]) : said;
}

export const listed = (texts) => texts.filter(Boolean).map((text) => phrase(text)).join(english() ? ", " : "、");
export const headed = (title, text) => phrase(title) + (english() ? ": " : "：") + text;

export const aged = (years) => years + (english() ? " " : "") + phrase("岁");

export function dayOf(date) {
  if (!english()) return date;
  const [year, month, day] = date.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

// Chinese that remains in an English page is marked so, for screen readers and fonts.
export function marked(text) {
  if (!english() || !CHINESE.test(text)) return [text];
  return text.split(CHINESE).filter(Boolean).map((part) => {
    if (!CHINESE.test(part)) return part;
    const run = document.createElement("bdi");
    run.lang = "zh";
    run.textContent = part;
    return run;
  });
}

// What stands in the page from the beginning.
export function sayPage() {
  document.documentElement.lang = english() ? "en" : "zh-CN";
  document.title = phrase("守望外出采集");
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = phrase(one.dataset.say);
  const other = document.getElementById("language");
  other.textContent = english() ? other.dataset.chinese : other.dataset.english;
  other.lang = english() ? "zh-CN" : "en";
  other.hidden = false;
}

export function switchLanguage() {
  const lasts = english() ? 0 : 365 * 24 * 3600;
  document.cookie = `${COOKIE}=en; path=/; max-age=${lasts}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  sayPage();
}
