/* Behaviour of all pages. Written for Chromium 90; no page depends on it to show its content. */
(function () {
  "use strict";
  document.body.classList.remove("no-script");

  var root = document.documentElement;
  var csrf = document.querySelector('meta[name="csrf"]');
  function byId(id) { return document.getElementById(id); }
  function typing(node) { return node && (/^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName) || node.isContentEditable); }

  document.addEventListener("htmx:configRequest", function (event) {
    if (csrf) { event.detail.headers["X-CSRFToken"] = csrf.content; }
  });
  document.addEventListener("htmx:responseError", function (event) {
    var place = byId("problem");
    var status = event.detail.xhr.status;
    if (place) {
      place.textContent = status === 404 ? "没有找到，或者它不在您的辖区内。" : status === 403 ? "您的岗位没有办理这件事的权限。" : "没有办成，请稍后再试。";
      place.hidden = false;
    }
  });

  /* Menu on narrow screens */
  var menu = byId("menu");
  var river = byId("river");
  function openMenu(open) {
    river.classList.toggle("open", open);
    menu.setAttribute("aria-expanded", open ? "true" : "false");
  }
  if (menu && river) {
    menu.addEventListener("click", function () { openMenu(!river.classList.contains("open")); });
    document.addEventListener("click", function (event) {
      if (!river.contains(event.target) && !menu.contains(event.target)) { openMenu(false); }
    });
  }

  /* Dialogs: opened by data-dialog, closed by data-close or Escape */
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-dialog]");
    var closer = event.target.closest("[data-close]");
    if (opener) { byId(opener.dataset.dialog).showModal(); }
    if (closer) { closer.closest("dialog").close(); }
    if (event.target.closest("[data-print]")) { window.print(); }
  });
  var keys = byId("keys");
  var keysOpen = byId("keys-open");
  if (keys && keysOpen) { keysOpen.addEventListener("click", function () { keys.showModal(); }); }

  /* Choices that send their form at once when htmx is absent are ordinary forms; nothing to do here. */

  /* Keyboard: ? help, / search, g + letter, j k Enter in lists, a x in the link review */
  var waitingForLetter = false;
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("[data-row]")); }
  function chosenIndex(all) { return all.findIndex(function (row) { return row.classList.contains("chosen"); }); }
  function choose(all, index) {
    all.forEach(function (row, number) { row.classList.toggle("chosen", number === index); });
    if (all[index]) { all[index].scrollIntoView({ block: "nearest" }); }
  }
  function press(row, name) {
    var button = row && row.querySelector('[data-key="' + name + '"]');
    if (button) { button.click(); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && river) { openMenu(false); }
    if (event.key === "Escape") { document.querySelectorAll("details.term[open]").forEach(function (word) { word.open = false; }); }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) { return; }
    var all = rows();
    var here = chosenIndex(all);
    if (waitingForLetter) {
      waitingForLetter = false;
      var link = document.querySelector('[data-go="' + event.key + '"]');
      if (link) { event.preventDefault(); window.location.assign(link.href); }
      return;
    }
    if (event.key === "g") { waitingForLetter = true; setTimeout(function () { waitingForLetter = false; }, 1200); }
    if (event.key === "?" && keys) { keys.showModal(); }
    if (event.key === "/") {
      var search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    if (event.key === "j" && all.length) { choose(all, Math.min(here + 1, all.length - 1)); }
    if (event.key === "k" && all.length) { choose(all, Math.max(here - 1, 0)); }
    if (event.key === "Enter" && here >= 0 && !event.target.closest("a, button")) {
      var first = all[here].querySelector("a[href]");
      if (first) { first.click(); }
    }
    if ((event.key === "a" || event.key === "x") && here >= 0) { press(all[here], event.key); }
  });

  /* Files dragged onto the drop area */
  document.querySelectorAll("[data-drop]").forEach(function (drop) {
    var input = drop.querySelector('input[type="file"]');
    var name = drop.querySelector("[data-file-name]");
    ["dragenter", "dragover"].forEach(function (kind) { drop.addEventListener(kind, function () { drop.classList.add("over"); }); });
    ["dragleave", "drop"].forEach(function (kind) { drop.addEventListener(kind, function () { drop.classList.remove("over"); }); });
    input.addEventListener("change", function () {
      if (input.files.length) { name.textContent = input.files[0].name + "（" + Math.max(1, Math.round(input.files[0].size / 1024)) + " KB）"; }
    });
  });

  /* The template link follows the chosen feed */
  var feed = document.querySelector("[data-template-for]");
  if (feed) {
    var follow = function () {
      var link = byId(feed.dataset.templateFor);
      var option = feed.options[feed.selectedIndex];
      link.hidden = !option || !option.dataset.template;
      if (!link.hidden) { link.href = option.dataset.template; }
    };
    feed.addEventListener("change", follow);
    follow();
  }

  /* One tick for all rows of a list */
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-tick-all]")) {
      document.querySelectorAll("[data-tick]").forEach(function (box) { box.checked = event.target.checked; });
    }
  });

  root.classList.add("ready");
})();
