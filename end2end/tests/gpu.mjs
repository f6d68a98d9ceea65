// Models on the browser's GPU find what the goldens say. Chromium's own software adapter stands in for a card.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { equal, ok } from "../lib/harness.mjs";
import { GOLDEN } from "../lib/places.mjs";
import { differences, pictureOf } from "./goldens.mjs";

/** A GPU made of software, where there may be no card. */
const SOFTWARE = { args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"] };

/** Few: software is slow. */
const PICTURES = ["astronaut", "coffee"];

export function gpuTests(describe, it, { browser }) {
  const read = (options, path, stem) =>
    browser.with(options, async (visit) => {
      await visit.open(path);
      await visit.drop(pictureOf(stem));
      await visit.read();
      return visit.report();
    });

  describe("gpu", () => {
    for (const stem of PICTURES) {
      it(`asked for, it reads ${stem} as the golden says`, async () => {
        const report = await read(SOFTWARE, "/?device=gpu", stem);
        equal(report.receipt.engine, "gpu");
        ok(report.receipt.models.every((model) => model.engine_reason), "each model says why it ran there");
        const golden = JSON.parse(readFileSync(join(GOLDEN, `${stem}.preview.json`), "utf8"));
        const found = differences(golden, report);
        ok(found.length === 0, `${found.length} differences:\n${found.slice(0, 10).join("\n")}`);
      });
    }

    it("software runs no models unless it is asked for", async () => {
      const report = await read(SOFTWARE, "/", PICTURES[0]);
      equal(report.receipt.engine, "cpu");
    });

    it("without any, the processor reads", async () => {
      const report = await read({ args: ["--disable-features=WebGPU", "--disable-gpu"] }, "/?device=gpu", PICTURES[0]);
      equal(report.receipt.engine, "cpu");
    });
  });
}
