// Gives a visit's page and its parts back while there is no connection. The page puts itself in this cache.
"use strict";
const CACHE = "visit-1";
const IS_PAGE = /\/act\/visits\/[0-9a-f-]{36}\/go\/$/;
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("visit-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));
self.addEventListener("fetch", event => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = IS_PAGE.test(address.pathname);
  if (!isPage && !address.pathname.startsWith("/static/")) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    try {
      const answer = await fetch(event.request);
      // A page that sends to sign in, or refuses, is shown and not kept.
      if (answer.ok && !answer.redirected) await cache.put(event.request.url, answer.clone());
      return answer;
    } catch (error) {
      const kept = await cache.match(event.request.url, {ignoreSearch: !isPage});
      if (kept) return kept;
      throw error;
    }
  })());
});
