// The times that the benchmark takes can be taken: both marks are set, the first result comes before the full one.

import { writeFile } from "node:fs/promises";
import { ok } from "../lib/harness.mjs";
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
  });
}
