// A new version of the page waits until the person says so; what is being written is kept first.

import { button, say } from "./page.js";
import { phrase } from "./words.js";

export function watchForUpdate(keepNow) {
  if (!("serviceWorker" in navigator)) {
    say(phrase("这个浏览器不能离线使用，请换用系统浏览器打开。"), true);
    return;
  }
  let reloading = false;
  const hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne && !reloading) {
      reloading = true;
      location.reload();
    }
  });
  navigator.serviceWorker.register("/field/worker.js", { scope: "/field/", updateViaCache: "none" }).then((registration) => {
    const offer = () => {
      if (!registration.waiting || !navigator.serviceWorker.controller) return;
      const line = document.getElementById("update");
      line.replaceChildren(phrase("有新版本。"), button(phrase("存好草稿，更新"), "main", async () => {
        await keepNow();
        registration.waiting.postMessage("update");
      }));
      line.hidden = false;
    };
    offer();
    registration.addEventListener("updatefound", () => registration.installing.addEventListener("statechange", offer));
    document.addEventListener("visibilitychange", () => { if (!document.hidden && navigator.onLine) registration.update().catch(() => {}); });
  }).catch(() => say(phrase("离线功能没有装上，有信号时请再打开一次。"), true));
}
