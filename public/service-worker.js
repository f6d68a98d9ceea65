// Keeps the page for a visit without a network: the network first, what was kept where there is none.
// Models are not its business: the vision worker keeps them, with their hashes checked.

importScripts("/relaxed.js");

const KEPT = "page-1";

const SHELL = [
  "/", "/about", "/api", "/openapi.json", "/page.css", "/start.js", "/worker.js", "/pool-worker.js", "/relaxed.js", "/icon.svg", "/manifest.webmanifest",
  "/pkg/hydrate_body.js", "/pkg/hydrate_body_bg.wasm", `/pkg/${self.workerProgram}.js`, `/pkg/${self.workerProgram}_bg.wasm`,
  "/fonts/inter-latin-wght-normal.woff2", "/fonts/literata-latin-wght-normal.woff2",
  ...["coffee.jpg", "cat.jpg", "astronaut.jpg", "rocket.jpg", "shapes.png", "page.png"].map((f) => `/examples/${f}`),
  ...["coffee", "cat", "astronaut", "rocket", "shapes", "page"].map((f) => `/examples/${f}-small.webp`),
];

/** What is kept: pages, programs, fonts, examples; never answers about pictures, and no page that tells who is logged in. */
const isKept = (url) => url.origin === location.origin && SHELL.includes(url.pathname);
const mayKeep = (answer) => answer.ok && !(answer.headers.get("cache-control") ?? "").includes("no-store");

/** Asks for it as a stranger would, so that what is kept is nobody's own. */
async function keep(kept, path) {
  const answer = await fetch(path, { credentials: "omit" });
  if (mayKeep(answer)) await kept.put(path, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    // One by one: a file that is missing must not cost the others.
    await Promise.all(SHELL.map((path) => keep(kept, path).catch(() => undefined)));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("page-") && name !== KEPT) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !isKept(url)) return;
  event.respondWith((async () => {
    const kept = await caches.open(KEPT);
    try {
      const fresh = await fetch(event.request);
      if (mayKeep(fresh)) event.waitUntil(kept.put(url.pathname, fresh.clone()));
      return fresh;
    } catch (error) {
      const old = await kept.match(url.pathname);
      if (old) return old;
      throw error;
    }
  })());
});
