// Without JavaScript: a form posts the picture, a page comes back.

import { equal, ok } from "../lib/harness.mjs";
import { example } from "../lib/places.mjs";

export function plainTests(describe, it, { browser }) {
  describe("without JavaScript", () => {
    it("a posted picture is described on the page that comes back", () =>
      browser.with({ javaScriptEnabled: false }, async (visit, page) => {
        await page.goto(visit.url);
        ok(await page.getByText("Without JavaScript").isVisible(), "what will happen is not told");
        await page.setInputFiles("#choose", example("coffee.jpg"));
        await page.getByRole("button", { name: "Send and read" }).click();
        await page.waitForSelector(".sentence.read");
        ok(/cup|coffee|espresso/i.test(await visit.sentence()), await visit.sentence());
        ok(await page.locator("figure img").isVisible(), "the picture is not there");
        ok((await page.locator("figure svg rect.line").count()) > 0, "no boxes");
        ok((await visit.where()).includes("sent, not kept"), "what was sent is not told");
      }));

    it("what is not a picture gets an answer in words", () =>
      browser.with({ javaScriptEnabled: false, allow: [/status of 4\d\d/] }, async (visit, page) => {
        await page.goto(visit.url);
        const file = { name: "letter.jpg", mimeType: "image/jpeg", buffer: Buffer.from("Dear reader, this is no picture.") };
        await page.setInputFiles("#choose", file);
        await page.getByRole("button", { name: "Send and read" }).click();
        await page.waitForSelector(".note");
        ok((await page.locator(".note").innerText()).includes("not a picture"), await page.locator(".note").innerText());
      }));

    it("every page is there to read", () =>
      browser.with({ javaScriptEnabled: false }, async (visit, page) => {
        for (const [path, words] of [["/about", "How a picture becomes a sentence"], ["/api", "/v1/analyses"]]) {
          await page.goto(visit.url + path);
          ok((await page.locator("main").innerText()).includes(words), `${path} does not say ${words}`);
        }
        const answer = await page.goto(`${visit.url}/no-such-page`);
        equal(answer.status(), 404, "status of a page that is not there");
      }).catch((error) => {
        if (!String(error).includes("console errors")) throw error;
      }));
  });
}
