/* The wall is drawn again every five minutes; whoever reads it may hold it still. */
(function () {
  var button = document.getElementById("hold");
  var timer = null;

  function run() { timer = window.setTimeout(function () { window.location.reload(); }, 5 * 60 * 1000); }

  button.hidden = false;
  button.addEventListener("click", function () {
    var held = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", held ? "false" : "true");
    button.textContent = held ? "停止刷新" : "继续刷新";
    if (held) { run(); } else { window.clearTimeout(timer); }
  });
  run();
})();
