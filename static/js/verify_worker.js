// Keeps the page that checks a paper for use without a network. Nothing of a paper is ever stored:
// its claims stand behind the "#" of the address, which no request carries.
"use strict";

const STORE = "xac-minh/1";

self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", function (event) {
  const request = event.request;
  if (request.method !== "GET") return;
  event.respondWith(answer(request));
});

async function answer(request) {
  try {
    const fresh = await fetch(request);
    const store = await caches.open(STORE);
    if (fresh.ok && (await store.match(request))) await store.put(request, fresh.clone());
    return fresh;
  } catch (fault) {
    const store = await caches.open(STORE);
    const kept = await store.match(request, { ignoreSearch: true });
    if (kept) return kept;
    if (request.mode === "navigate") {
      const page = await store.match(new URL(request.url).pathname.toLowerCase());
      if (page) return page;
    }
    throw fault;
  }
}
