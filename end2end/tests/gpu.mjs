// Models on the browser's GPU find what the goldens say. Chromium's own software adapter stands in for a card.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { equal, ok } from "../lib/harness.mjs";
import { GOLDEN } from "../lib/places.mjs";
import { differences, pictureOf } from "./goldens.mjs";

/** A GPU made of software, where there may be no card. */
const SOFTWARE = { args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"] };

/** Few: software is slow. The first is read whole, the second loses its device. */
const PICTURES = ["astronaut", "coffee"];

/** How long software may take for a picture, kernels compiled and models timed, beside other tests. */
const SOFTWARE_MS = 400_000;

/** For two pictures. */
const LIMIT_MS = 2 * SOFTWARE_MS;

/** The program that nobody without a GPU fetches. */
const PROGRAM = "/pkg/vision-worker-gpu_bg.wasm";

/**
 * Before the worker's own script: a clock that gives software the time it takes, unless its `pace` is changed. A card that is silent
 * for a minute is given up; software runs a single model for so long, beside other tests.
 */
const CLOCK = `
  {
    const { setTimeout: after } = globalThis;
    globalThis.pace = 10;
    globalThis.setTimeout = (wake, ms, ...more) => after(wake, ms * globalThis.pace, ...more);
  }`;

/** Before the worker's own script: a driver that can be told to fail, after so many more pieces of work (one for each model of a picture). */
const LOSES_DEVICE = `
  const { requestDevice } = GPUAdapter.prototype, { submit } = GPUQueue.prototype;
  let device, left = Infinity;
  globalThis.loseAfter = (pieces) => { left = pieces; };
  GPUAdapter.prototype.requestDevice = async function (...options) { return (device = await requestDevice.apply(this, options)); };
  GPUQueue.prototype.submit = function (...work) {
    submit.apply(this, work);
    if (--left === 0) device.destroy();
  };`;

/** Before the worker's own script: a driver that can be told to hang; patience passes sooner then. */
const HANGS = `
  const { mapAsync } = GPUBuffer.prototype;
  let hangs = false;
  globalThis.hang = () => { hangs = true; globalThis.pace = 0.01; };
  GPUBuffer.prototype.mapAsync = function (...range) { return hangs ? new Promise(() => {}) : mapAsync.apply(this, range); };`;

/** Before the worker's own script: software that passes for a card. */
const PASSES_FOR_CARD = `
  for (const kind of [globalThis.GPUAdapterInfo, globalThis.GPUAdapter]) {
    if (kind) Object.defineProperty(kind.prototype, "isFallbackAdapter", { get: () => false });
  }`;

export function gpuTests(describe, it, { browser }) {
  const golden = (stem) => JSON.parse(readFileSync(join(GOLDEN, `${stem}.preview.json`), "utf8"));

  /**
   * Words are put before the worker's script; then nothing may come from a service worker. With `only`, the models of that task are all
   * that there are: software takes a minute to make those of the others ready.
   */
  const visit = (options, before, run, only) =>
    browser.with({ ...options, ...(before && { serviceWorkers: "block" }) }, async (visit) => {
      if (only) {
        await visit.context.route(/\/models\/manifest\.json/, async (route) => {
          const response = await route.fetch();
          const list = await response.json();
          await route.fulfill({ response, json: { ...list, model: list.model.filter(({ task }) => task === only) } });
        });
      }
      if (before) {
        await visit.context.route(/\/worker\.js/, async (route) => {
          // With the server's headers, without which the page takes no worker.
          const response = await route.fetch();
          await route.fulfill({ response, body: CLOCK + before + (await response.text()) });
        });
      }
      return run(visit);
    });

  const readIn = async (visit, path, stem) => {
    await visit.open(path);
    await visit.drop(pictureOf(stem));
    await visit.read(SOFTWARE_MS);
    return visit.report();
  };

  /** After another one, on the same page. */
  const readNext = async (visit, stem) => {
    const picture = pictureOf(stem);
    await visit.drop(picture);
    await visit.page.waitForFunction(
      (name) => document.querySelector(".bar .name")?.textContent === name, basename(picture),
    );
    await visit.read(SOFTWARE_MS);
    return visit.report();
  };

  const read = (options, path, stem, before) => visit(options, before, (visit) => readIn(visit, path, stem));

  const assertFaces = (report, stem) => {
    // Whose face it is is told by the objects.
    const expected = golden(stem).faces.map((face) => ({ ...face, person: null }));
    ok(expected.length, `${stem} has faces`);
    equal(differences(expected, report.faces, "faces"), [], "differences");
  };

  const assertGolden = (report, stem, but = []) => {
    const expected = golden(stem);
    for (const key of but) report[key] = expected[key];
    const found = differences(expected, report);
    ok(found.length === 0, `${found.length} differences:\n${found.slice(0, 10).join("\n")}`);
  };

  describe("gpu", () => {
    // One page for both: most of the time goes to making its programs for the adapter.
    it("asked for, it reads as the goldens say; lost in the middle of a picture, the processor goes on", () =>
      visit(SOFTWARE, LOSES_DEVICE, async (visit) => {
        const [whole, broken] = PICTURES;
        const report = await readIn(visit, "/?device=gpu", whole);
        equal(report.receipt.engine, "gpu");
        for (const { engine_reason: reason } of report.receipt.models) {
          ok(/^asked for; .*swiftshader/.test(reason), `why, and on which card: ${reason}`);
        }
        assertGolden(report, whole);

        for (const worker of visit.page.workers()) await worker.evaluate(() => globalThis.loseAfter?.(2));
        const after = await readNext(visit, broken);
        equal(after.receipt.engine, "gpu, cpu");
        equal(after.warnings.map((warning) => warning.code), ["gpu_failed"]);
        assertGolden(after, broken, ["warnings"]);
      }), LIMIT_MS);

    it("that hangs is given up, and the processor goes on", () =>
      visit(SOFTWARE, HANGS, async (visit) => {
        const before = await readIn(visit, "/?device=gpu", PICTURES[1]);
        equal(before.receipt.engine, "gpu");
        for (const worker of visit.page.workers()) await worker.evaluate(() => globalThis.hang?.());
        const report = await readNext(visit, PICTURES[0]);
        equal(report.receipt.engine, "cpu");
        equal(report.warnings.map((warning) => warning.code), ["gpu_failed"]);
        ok(report.warnings[0].message.includes("no answer"), report.warnings[0].message);
        assertFaces(report, PICTURES[0]);
      }, "faces"), LIMIT_MS);

    it("of a card, each model is timed once and runs where it is faster", () =>
      visit(SOFTWARE, PASSES_FOR_CARD, async (visit) => {
        const reasons = async () => {
          const report = await readIn(visit, "/", PICTURES[0]);
          assertFaces(report, PICTURES[0]);
          ok(report.receipt.models.length, "no model");
          for (const { engine, engine_reason: reason } of report.receipt.models) {
            const [, cpu, gpu] = reason.match(/cpu ([\d.]+) ms, gpu ([\d.]+) ms/) ?? [];
            ok(cpu && gpu, reason);
            equal(engine, Number(gpu) < Number(cpu) ? "gpu" : "cpu", reason);
          }
          return report.receipt.models.map((model) => model.engine_reason);
        };
        equal(await reasons(), await reasons(), "the second visit takes the first one's times");
      }, "faces"), LIMIT_MS);

    it("software runs no models unless it is asked for, and its program is not fetched", () =>
      browser.with(SOFTWARE, async (visit) => {
        const report = await readIn(visit, "/", PICTURES[0]);
        equal(report.receipt.engine, "cpu");
        equal(visit.requests.filter(({ url }) => /gpu/.test(url)), []);
        const fetched = visit.context.waitForEvent("request", (request) => request.url().endsWith(PROGRAM));
        await visit.open("/?device=gpu");
        await visit.drop(pictureOf(PICTURES[0]));
        await fetched;
      }));

    it("that is not wanted is left alone", async () => {
      const report = await read(SOFTWARE, "/?device=cpu", PICTURES[0], PASSES_FOR_CARD);
      equal(report.receipt.engine, "cpu");
    });

    it("without any, the processor reads, and the report says so if one was asked for", async () => {
      const without = { args: ["--disable-features=WebGPU", "--disable-gpu"] };
      for (const [path, codes] of [["/?device=gpu", ["gpu_missing"]], ["/", []], ["/?device=cpu", []]]) {
        const report = await read(without, path, PICTURES[0]);
        equal(report.receipt.engine, "cpu");
        equal(report.warnings.map((warning) => warning.code), codes, path);
      }
    });
  });
}
