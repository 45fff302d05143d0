// Making elements and saying things. Texts are set as texts, never as markup.

import { marked, phrase } from "./words.js";

export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(key, value === true ? "" : value);
  }
  const there = children.filter((child) => child !== null && child !== undefined && child !== false && child !== 0);
  made.append(...there.flatMap((child) => (typeof child === "string" ? marked(child) : child)));
  return made;
}

// A form of which the browser keeps nothing: else it writes what was typed, readable, into the file from which it brings
// back closed pages.
export function unremembered(...children) {
  const form = element("form", { autocomplete: "off" }, ...children);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

export function show(title, ...children) {
  const screen = document.getElementById("screen");
  screen.replaceChildren(element("h1", { tabindex: "-1" }, phrase(title)), ...children.filter(Boolean));
  window.scrollTo(0, 0);
  screen.firstChild.focus({ preventScroll: true });
}

export function say(words, bad) {
  const line = document.getElementById("said");
  line.replaceChildren(...marked(words));
  line.className = bad ? "said bad" : "said";
  line.hidden = !words;
}

export function button(words, kind, work) {
  const made = element("button", { type: "button", class: kind }, words);
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await work(made);
    } finally {
      made.disabled = false;
    }
  });
  return made;
}
