// Axe finds nothing on any page and in any state; nothing moves while a picture is read; nothing blocks.

import { violations } from "../lib/axe.mjs";
import { equal, ok } from "../lib/harness.mjs";
import { PHONE } from "../lib/browser.mjs";
import { example } from "../lib/places.mjs";

export function accessTests(describe, it, { browser }) {
  describe("access", () => {
    for (const [name, device] of [["desktop", {}], ["phone", PHONE]]) {
      it(`axe finds nothing, ${name}`, () =>
        browser.with({ ...device, bypassCSP: true, reducedMotion: "reduce" }, async (visit, page) => {
          for (const path of ["/", "/about", "/api"]) {
            await visit.open(path);
            equal(await violations(page), [], `violations at ${path}`);
          }
          await visit.open("/");
          await visit.drop(example("astronaut.jpg"), example("coffee.jpg"));
          await visit.read();
          await page.locator(".receipt summary").click();
          equal(await violations(page), [], "violations with a picture");
          await page.keyboard.press("?");
          await page.waitForSelector("[role=dialog]");
          equal(await violations(page), [], "violations with the list of keys");
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: "Ask the server" }).click();
          await visit.says("Confirmed by the server");
          equal(await violations(page), [], "violations with both answers");
        }));
    }

    for (const [name, device] of [["desktop", {}], ["phone", PHONE]]) {
      it(`nothing moves while a picture is read, ${name}`, () =>
        browser.with(device, async (visit, page) => {
          await page.addInitScript(() => {
            window.shifts = [];
            new PerformanceObserver((list) => {
              for (const e of list.getEntries()) {
                const what = (e.sources ?? []).map((s) => s.node?.className?.baseVal ?? s.node?.className ?? s.node?.nodeName);
                window.shifts.push({ value: e.value, what: what.join(",") });
              }
            }).observe({ type: "layout-shift", buffered: true });
          });
          await visit.open();
          await visit.drop(example("astronaut.jpg"));
          await visit.read();
          await page.waitForTimeout(300);
          const shifts = await page.evaluate(() => window.shifts);
          const sum = shifts.reduce((all, s) => all + s.value, 0);
          ok(sum < 0.02, `layout shift ${sum.toFixed(4)}: ${JSON.stringify(shifts)}`);
        }));
    }

    it("touch targets on a phone are 44 px high", () =>
      browser.with(PHONE, async (visit, page) => {
        await visit.open();
        const small = async () => page.evaluate(() =>
          [...document.querySelectorAll("button, .button, summary, .more")]
            .filter((e) => e.offsetParent && !e.closest(".swatches") && !e.classList.contains("link"))
            .map((e) => ({ what: e.textContent.trim(), height: e.getBoundingClientRect().height }))
            .filter((e) => e.height > 0 && e.height < 43.5));
        equal(await small(), [], "small targets on the start page");
        await visit.drop(example("cat.jpg"));
        await visit.read();
        equal(await small(), [], "small targets with a picture");
      }));
  });
}
