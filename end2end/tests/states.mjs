// The six states of the page, on a desktop and a phone, light and dark; with IIA_SHOTS each leaves a picture.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ok } from "../lib/harness.mjs";
import { DESKTOP, PHONE } from "../lib/browser.mjs";
import { example, showPicture } from "../lib/places.mjs";

const SHOTS = process.env.IIA_SHOTS;

export function stateTests(describe, it, { browser }) {
  describe("states", () => {
    for (const [device, options] of [["desktop", DESKTOP], ["phone", PHONE]]) {
      for (const scheme of SHOTS ? ["light", "dark"] : ["light"]) {
        it(`${device}, ${scheme}`, () =>
          browser.with({ ...options, colorScheme: scheme, allow: [/Failed to load resource/] }, async (visit, page) => {
            const shot = async (state) => {
              if (!SHOTS) return;
              mkdirSync(SHOTS, { recursive: true });
              await page.mouse.move(0, 0);
              await page.evaluate(() => document.fonts.ready.then(() => undefined));
              await page.waitForTimeout(250);
              await page.screenshot({ path: join(SHOTS, `page-${device}-${scheme}-${state}.png`) });
            };
            await visit.open();
            ok(await page.getByRole("heading", { name: "Drop a picture and read what is on it" }).isVisible(), "empty");
            await shot("empty");

            // Reading, for as long as the models do not come.
            const release = await visit.holdModels();
            await page.reload();
            await visit.ready();
            await visit.drop(showPicture());
            await page.waitForSelector(".swatches button");
            ok((await visit.where()).includes("Reading on this device"), "reading");
            await shot("reading");
            release();

            await visit.read();
            await visit.context.setOffline(false);
            await shot("local");

            await page.route("**/v1/analyses", async () => { /* never answered */ });
            await page.getByRole("button", { name: "Ask the server" }).click();
            await page.getByText("Asking the server…").first().waitFor();
            await shot("asking");
            await page.locator(".ask").getByRole("button", { name: "Cancel" }).click();
            await page.unroute("**/v1/analyses");

            await page.route("**/v1/analyses", (route) => route.abort("connectionrefused"));
            await page.getByRole("button", { name: "Ask the server" }).click();
            await page.waitForSelector(".note[role=alert]");
            await shot("error");
            await page.unroute("**/v1/analyses");

            await page.getByRole("button", { name: "Try again" }).click();
            await visit.says("Confirmed by the server");
            await shot("server");

            if (SHOTS) {
              await page.setInputFiles(".strip input[type=file]", [example("coffee.jpg"), example("cat.jpg")]);
              await page.waitForFunction(() => document.querySelectorAll(".strip .thumb").length === 3);
              await page.locator(".clause").first().hover();
              await page.waitForTimeout(250);
              await page.screenshot({ path: join(SHOTS, `page-${device}-${scheme}-lit.png`) });
              for (const name of ["about", "api"]) {
                await visit.open(`/${name}`);
                await shot(name);
              }
            }
          }), 240_000);
      }
    }
  });
}
