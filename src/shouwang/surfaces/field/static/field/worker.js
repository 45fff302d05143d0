// The service worker: the shell of the page, whole and of one version, from the cache; never anything about people.

const CACHE = "field-" + VERSION;
const known = (url) => url.origin === location.origin && Object.prototype.hasOwnProperty.call(FILES, url.pathname);

async function digest(response) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
  return btoa(String.fromCharCode(...bytes));
}

async function fill() {
  const cache = await caches.open(CACHE);
  for (const address of Object.keys(FILES)) {
    const response = await fetch(address, { cache: "no-store", credentials: "omit" });
    if (!response.ok || response.redirected || (await digest(response.clone())) !== FILES[address]) throw new Error(address);
    await cache.put(address, response);
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("field-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("message", (event) => {
  if (event.data === "update") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !known(url)) return;
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(url.pathname)).then((found) => found || fetch(event.request)));
});
