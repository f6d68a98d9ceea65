// What can be told only of a machine that does nothing else: the times that the benchmark takes can be taken (both marks are set,
// the first result comes before the full one), and the page answers while a picture is read.

import { writeFile } from "node:fs/promises";
import { equal, ok } from "../lib/harness.mjs";
import { example } from "../lib/places.mjs";
import { times } from "../lib/times.mjs";

export function speedTests(describe, it, { browser }) {
  describe("times", () => {
    it("from drop to first and to full result, and stage by stage", async () => {
      const records = await times(browser, example("astronaut.jpg"));
      for (const { place, stage, ms } of records.slice(0, 4)) console.log(`    ${place}: ${stage} ${ms} ms`);
      if (process.env.IIA_TIMINGS) await writeFile(process.env.IIA_TIMINGS, JSON.stringify(records, null, 2));
      const [first, full, firstOfLarge, fullOfLarge] = records.map(({ ms }) => ms);
      ok(first > 0 && full >= first && firstOfLarge > 0 && fullOfLarge >= firstOfLarge, "the marks are not in order");
      ok(records.some(({ stage }) => stage.startsWith("run:")), "no stage of a model is told");
    }, 300_000);

    it("the page's thread is never held for long while a picture is read", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        // Once around, so that what is measured is reading, not the program's own compilation.
        await visit.drop(example("cat.jpg"));
        await visit.read();
        await page.evaluate(() => {
          window.long = [];
          new PerformanceObserver((list) => {
            for (const e of list.getEntries()) window.long.push(Math.round(e.duration));
          }).observe({ type: "longtask" });
        });
        // What else the machine does makes a task longer, never shorter: one of three pictures without any is enough.
        let long;
        for (const name of ["rocket.jpg", "coffee.jpg", "astronaut.jpg"]) {
          await page.evaluate(() => { window.long = []; });
          await visit.drop(example(name));
          await page.waitForFunction((name) => document.querySelector(".bar .name")?.textContent === name, name);
          await visit.read();
          long = await page.evaluate(() => window.long);
          if (!long.length) break;
        }
        equal(long, [], "tasks above 50 ms");
      }));
  });
}
