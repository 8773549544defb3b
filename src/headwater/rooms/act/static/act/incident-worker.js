// Keeps the empty form, its script and its style on the phone, so that it opens without a connection. Nothing that was
// sent and no answer to it is ever kept here.
"use strict";
const SHELF = "headwater-incident-form-1";
const KEPT = /^\/static\/(house\/(plain\.css|icon\.svg)|act\/incident-report\.js)$/;
const isForm = address => /^\/i\/([0-9A-Za-z]{1,16}\/)?$/.test(address.pathname);

self.addEventListener("install", event => {
  const parts = ["/static/house/plain.css", "/static/house/icon.svg", "/static/act/incident-report.js"];
  event.waitUntil(caches.open(SHELF).then(shelf => shelf.addAll(parts)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", event => {
  event.waitUntil(caches.keys().then(names => Promise.all(
    names.filter(name => name.startsWith("headwater-incident-form-") && name !== SHELF).map(name => caches.delete(name))
  )).then(() => self.clients.claim()));
});
self.addEventListener("message", event => {
  if (event.data !== "keep" || !event.source) return;
  const address = new URL(event.source.url);
  if (isForm(address)) event.waitUntil(caches.open(SHELF).then(shelf => shelf.add(new Request(address, {credentials: "omit"}))));
});
self.addEventListener("fetch", event => {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (!KEPT.test(address.pathname) && !(request.mode === "navigate" && isForm(address))) return;
  event.respondWith((async () => {
    const shelf = await caches.open(SHELF);
    try {
      const answer = await fetch(request);
      if (answer.ok) await shelf.put(request, answer.clone());
      return answer;
    } catch {
      return await shelf.match(request, {ignoreSearch: true}) || await shelf.match("/i/") || Response.error();
    }
  })());
});
