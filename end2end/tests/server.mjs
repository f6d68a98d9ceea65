// Asking the server: what is left is told before, stages come, differences are marked; failures leave the preview alone.

import { statSync } from "node:fs";
import { equal, ok } from "../lib/harness.mjs";
import { example } from "../lib/places.mjs";
import { startServer } from "../lib/server.mjs";

const left = (text) => Number(text.match(/(\d+|No) server anal/)?.[1].replace("No", "0"));

export function serverTests(describe, it, { browser }) {
  describe("the server", () => {
    it("is asked with one click, and both answers stand side by side", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        const picture = example("coffee.jpg");
        await visit.drop(picture);
        await visit.read();
        const device = await visit.report();
        await page.waitForFunction(() => /\d+ server anal/.test(document.querySelector(".ask .left")?.textContent ?? ""));
        const before = left(await page.locator(".top .quota").innerText());
        await page.getByRole("button", { name: "Ask the server" }).click();
        await visit.says("Confirmed by the server");
        const where = await visit.where();
        const size = statSync(picture).size;
        ok(where.includes(`${Math.round(size / 1000)} kB sent, not kept`), `bytes sent are not told: ${where}`);
        const posted = visit.requests.filter((r) => r.method === "POST");
        equal(posted.map((r) => new URL(r.url).pathname), ["/v1/analyses"], "posts");

        await page.waitForFunction((n) => document.querySelector(".top .quota").textContent.startsWith(String(n)), before - 1);
        const server = await visit.report();
        equal(server.receipt.platform, "native", "whose report is saved");
        for (const [name, report] of [["Device", device], ["Server", server]]) {
          await page.getByRole("button", { name, exact: true }).click();
          equal(await visit.sentence(), [report.description.main, report.description.remarks].join(" ").trim(), `${name}'s sentence`);
          equal((await visit.report()).receipt.platform, report.receipt.platform, `${name}'s report`);
        }
        await page.getByRole("button", { name: "Both", exact: true }).click();
        const rows = await page.locator(".rows li").allInnerTexts();
        ok(rows.length >= new Set(server.objects.map((o) => o.id)).size, "findings of the server are missing");
        ok(device.image.width === server.image.width, "sizes differ");
      }));

    it("failing leaves the preview untouched and says so", () =>
      browser.with({ allow: [/Failed to load resource/] }, async (visit, page) => {
        await visit.open();
        await visit.drop(example("cat.jpg"));
        await visit.read();
        const sentence = await visit.sentence();
        await page.route("**/v1/analyses", (route) => route.abort("connectionrefused"));
        await page.getByRole("button", { name: "Ask the server" }).click();
        await page.waitForSelector(".note[role=alert]");
        const note = await page.locator(".note").innerText();
        ok(note.includes("The server did not answer.") && note.includes("Your preview is untouched."), note);
        equal(await visit.sentence(), sentence, "the sentence afterwards");
        await page.unroute("**/v1/analyses");
        await page.getByRole("button", { name: "Try again" }).click();
        await visit.says("Confirmed by the server");
        equal(await page.locator(".note").count(), 0, "notes after all went well");
      }));

    it("can be stopped while it is asked", () =>
      browser.with({ allow: [/Failed to load resource/] }, async (visit, page) => {
        await visit.open();
        await visit.drop(example("cat.jpg"));
        await visit.read();
        await page.route("**/v1/analyses", async () => { /* never answered */ });
        await page.getByRole("button", { name: "Ask the server" }).click();
        await page.locator(".ask").getByRole("button", { name: "Cancel" }).click();
        await page.waitForSelector(".ask .ask-button");
        ok((await visit.where()).includes("Read on this device"), "the preview is gone");
      }));

    it("refuses when the visitor's analyses are used up, in words", async () => {
      const server = await startServer({ args: ["--anonymous-analyses", "1"] });
      try {
        await browser.with({ url: server.url, allow: [/status of 429/] }, async (visit, page) => {
          await visit.open();
          await visit.drop(example("cat.jpg"));
          await visit.read();
          ok((await page.locator(".ask .left").innerText()).includes("last"), "the last one is not told");
          await page.getByRole("button", { name: "Ask the server" }).click();
          await visit.says("Confirmed by the server");

          await visit.drop(example("coffee.jpg"));
          await page.waitForFunction(() => document.querySelector(".bar .name")?.textContent === "coffee.jpg");
          await visit.read();
          ok(await page.getByRole("button", { name: "Ask the server" }).isDisabled(), "the button is still to be clicked");
          ok((await page.locator(".ask .left").innerText()).includes("no server analyses left"), "nothing left is not told");
          // Another tab may have used the last one: the server's refusal is told too.
          await page.keyboard.press("s");
          await page.waitForSelector(".note[role=alert]");
          ok((await page.locator(".note").innerText()).includes("used up"), "the refusal is not told");
        });
      } finally {
        await server.stop();
      }
    });
  });
}
