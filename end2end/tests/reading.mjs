// From a picture to its description on this device: every way in, nothing sent, cancel, several at once.

import { equal, ok } from "../lib/harness.mjs";
import { PHONE } from "../lib/browser.mjs";
import { example } from "../lib/places.mjs";

export function readingTests(describe, it, { browser, url }) {
  describe("reading", () => {
    for (const [name, device] of [["desktop", {}], ["phone", PHONE]]) {
      it(`a dropped picture is described and nothing is sent, ${name}`, () =>
        browser.with(device, async (visit, page) => {
          await visit.open();
          await visit.drop(example("coffee.jpg"));
          await page.waitForSelector("figure img");
          await visit.read();
          const sentence = await visit.sentence();
          ok(/cup|coffee|espresso/i.test(sentence), `the sentence does not name the coffee: ${sentence}`);
          ok((await visit.where()).includes("0 bytes sent"), "the page does not say 0 bytes sent");
          const sent = visit.requests.filter((r) => r.method !== "GET" || r.bytes > 0);
          equal(sent, [], "requests that carry something");
          ok(visit.requests.every((r) => !/^https?:/.test(r.url) || r.url.startsWith(url)), "a request left for elsewhere");
          ok((await page.locator("figure svg .box").count()) > 0, "no box was drawn");
        }));
    }

    it("choosing, pasting and examples lead to the same place", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        await page.getByRole("button", { name: "drawn shapes" }).click();
        await visit.read();
        equal(await page.locator(".bar .name").innerText(), "shapes.png", "name");
        ok(!/envelope/i.test(await visit.sentence()), "an envelope was seen in a drawing");

        await page.setInputFiles(".strip input[type=file]", example("cat.jpg"));
        await page.waitForSelector(".strip li:nth-child(2) .thumb");
        await page.locator(".strip .thumb").nth(1).click();
        await visit.read();
        ok(/cat/i.test(await visit.sentence()), `no cat: ${await visit.sentence()}`);

        await page.evaluate(async (address) => {
          const blob = await (await fetch(address)).blob();
          const transfer = new DataTransfer();
          transfer.items.add(new File([blob], "pasted.png", { type: "image/png" }));
          document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true }));
        }, "/examples/page.png");
        await page.waitForFunction(() => document.querySelector(".bar .name")?.textContent === "pasted.png");
        equal(await page.locator(".strip .thumb").count(), 1, "pictures after a new one took the place of the old");
        await visit.read();
      }));

    it("several at once make a strip and are read one after another", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        await visit.drop(example("coffee.jpg"), example("cat.jpg"), example("rocket.jpg"));
        await page.waitForFunction(() => document.querySelectorAll(".strip .thumb").length === 3);
        for (const at of [2, 0, 1]) {
          await page.locator(".strip .thumb").nth(at).click();
          await visit.read();
        }
        await page.keyboard.press("[");
        equal(await page.locator(".bar .name").innerText(), "coffee.jpg", "the picture before");
      }));

    it("cancel stops, keeps what was found, and reading again works", () =>
      browser.with({}, async (visit, page) => {
        // However fast the machine is, it does not read to the end before it is stopped.
        const release = await visit.holdModels();
        await visit.open();
        await visit.drop(example("astronaut.jpg"));
        await page.waitForSelector("figure img");
        await page.locator(".where").getByRole("button", { name: "Cancel" }).click();
        await visit.says("Cancelled");
        release();
        await page.getByRole("button", { name: "Read again" }).click();
        await visit.read();
        ok(/person|man|woman|astronaut/i.test(await visit.sentence()), "no one was seen");
      }));

    it("a new picture takes the place of one that is being read", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        await visit.drop(example("astronaut.jpg"));
        await page.waitForSelector("figure img");
        await visit.drop(example("shapes.png"));
        await page.waitForFunction(() => document.querySelector(".bar .name")?.textContent === "shapes.png");
        await visit.read();
        equal(await page.locator(".strip .thumb").count(), 1, "pictures");
        ok(!/person|astronaut/i.test(await visit.sentence()), "the old picture's sentence stands there");
      }));

    it("stages fill in one by one: colours before the sentence", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        await page.evaluate(() => {
          window.seen = [];
          new MutationObserver(() => {
            const now = [
              document.querySelector(".swatches button") ? "colors" : "",
              document.querySelector(".said .sentence.read") ? "sentence" : "",
            ].filter(Boolean).join("+");
            if (now && window.seen.at(-1) !== now) window.seen.push(now);
          }).observe(document.body, { childList: true, subtree: true });
        });
        await visit.drop(example("rocket.jpg"));
        await visit.read();
        equal((await page.evaluate(() => window.seen)).slice(0, 2), ["colors", "colors+sentence"], "order");
      }));

    it("results can be taken away: JSON, CSV, a colour, the picture with its boxes", () =>
      browser.with({ permissions: ["clipboard-read", "clipboard-write"] }, async (visit, page) => {
        await visit.open();
        await visit.drop(example("coffee.jpg"));
        await visit.read();
        const report = await visit.report();
        equal(report.schema_version, 1, "schema version");
        equal(report.receipt.platform, "wasm", "platform in the receipt");
        ok(report.timings.some((t) => t.stage === "total" && t.ms > 0), "no times in the report");
        const save = async (name) => {
          const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
          return file;
        };
        equal((await save("CSV")).suggestedFilename(), "coffee.csv", "name of the table");
        equal((await save("Save picture")).suggestedFilename(), "coffee-read.png", "name of the picture");
        await page.locator(".swatches button").first().click();
        await page.waitForFunction(() => document.querySelector("[role=status][aria-live]").textContent.includes("copied"));
        equal(await page.evaluate(() => navigator.clipboard.readText()), report.palette[0].hex, "copied colour");
        await page.locator(".receipt summary").click();
        ok((await page.locator(".receipt").innerText()).includes(report.receipt.image_sha256), "no hash in the receipt");
      }));
  });
}
