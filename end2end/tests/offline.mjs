// A second visit without a network: page, models, reading and sentence are all there.

import { equal, ok } from "../lib/harness.mjs";
import { READING_MS } from "../lib/browser.mjs";
import { example } from "../lib/places.mjs";
import { startServer } from "../lib/server.mjs";

export function offlineTests(describe, it, { browser }) {
  describe("without a network", () => {
    it("a second visit reads pictures, with the server gone", async () => {
      const server = await startServer({});
      const allow = [/Failed to load resource/, /ERR_CONNECTION_REFUSED/, /Failed to fetch/];
      await browser.with({ url: server.url, allow }, async (visit, page) => {
        await visit.open();
        await visit.drop(example("cat.jpg"));
        await visit.read();
        const online = await visit.sentence();
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        await page.waitForFunction(async () => (await caches.keys()).includes("page-1")
          && Boolean(await (await caches.open("page-1")).match("/pkg/vision-worker-relaxed_bg.wasm")), null, { timeout: READING_MS });
        await server.stop();

        await page.goto(`${server.url}/`, { waitUntil: "load" });
        await visit.ready();
        await visit.drop(example("cat.jpg"));
        await visit.read();
        equal(await visit.sentence(), online, "the sentence without a network");
        await page.getByRole("button", { name: "Ask the server" }).click();
        await page.waitForSelector(".note[role=alert]");
        ok((await page.locator(".note").innerText()).includes("Your preview is untouched."), "no word about the preview");
      });
    });

    it("without any model the measures are told all the same", () =>
      browser.with({ allow: [/Failed to load resource/, /status of 404/] }, async (visit, page) => {
        await page.route("**/models/**", (route) => route.abort("connectionrefused"));
        await visit.open();
        await visit.drop(example("shapes.png"));
        await visit.read();
        ok((await visit.sentence()).length > 10, "no sentence");
        ok((await page.locator(".swatches button").count()) >= 3, "no colours");
        ok((await page.locator(".note.warn").innerText()).includes("could not be fetched"), "what is missing is not told");
      }));
  });
}
