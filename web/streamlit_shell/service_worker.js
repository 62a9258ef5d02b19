// Shows an offline page when there is no network. Nothing else is stored, and no visited address is recorded.
// The server writes above this: VERSION, which changes with the stored files, and KEPT, their paths.
const STORE = `stride-check-${VERSION}`;

async function keep() {
  const store = await caches.open(STORE);
  await store.addAll(KEPT.map((path) => new Request(path, { cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("stride-check-") && name !== STORE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // The request to the network starts while this worker is still starting.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function fromNetwork(event, instead) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (gone) {
    const kept = await caches.match(instead);
    if (kept) return kept;
    throw gone;
  }
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate") event.respondWith(fromNetwork(event, "/offline"));
  else if (KEPT.includes(pathname)) event.respondWith(fromNetwork(event, pathname));
});
