// The engine in a browser against ONNX Runtime: the tensors of bench/reference/tensors.json, which natively `vision-core/tests/parity.rs`
// holds the engine to, on the processor and on the GPU.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { PLACES } from "../lib/engines.mjs";
import { ok } from "../lib/harness.mjs";
import { ROOT, SHARED } from "../lib/places.mjs";

/** Largest difference of a value, as a share of the output's largest magnitude. */
const TOLERANCE = 1e-3;

/** Chromium's GPU is software here, and slow: of models that are there in several forms the smaller one with weights of 32 bits. */
const once = ({ name, input }) => input.width <= 416 && !/-w\d+$/.test(name);
const all = () => true;

export function engineTests(describe, it, { browser, url }) {
  describe("the engine gives what ONNX Runtime gives", () => {
    for (const { what, place, wanted, least } of [
      { what: "on the processor", place: PLACES.wasm, wanted: all, least: 12 },
      { what: "on the processor, with relaxed vectors", place: PLACES.relaxed, wanted: all, least: 12 },
      { what: "on the GPU", place: PLACES.webgpu, wanted: once, least: 5 },
    ]) {
      it(what, async () => {
        const { folder, onGpu, attempts } = place;
        const args = attempts.at(-1);
        ok(folder, "a setting names the folder with the program: `cargo xtask test browser` builds it");
        const { tensors } = JSON.parse(readFileSync(join(ROOT, "bench/reference/tensors.json"), "utf8"));
        const { model: models } = await (await fetch(`${url}/models/manifest.json`)).json();
        const plans = mkdtempSync(join(tmpdir(), "iia-plans-"));
        try {
          await browser.with({ args, serviceWorkers: "block" }, async (visit) => {
            await visit.context.route("**/engine-test/**", (route) => {
              const [, kind, file] = new URL(route.request().url()).pathname.match(/^\/engine-test\/(\w+)\/(.*)$/);
              const folders = { ours: folder, plans, pictures: join(SHARED, "images") };
              return route.fulfill({ path: join(folders[kind], normalize(`/${file}`)) });
            });
            await visit.page.goto(visit.url);
            let compared = 0;
            for (const { model, picture, outputs } of tensors) {
              const spec = models.find(({ name }) => name === model);
              if (!wanted(spec)) continue;
              execFileSync(process.env.IIA_BIN, ["models", "compile", model, "-o", join(plans, `${model}.plan`)], { stdio: "pipe" });
              const got = await visit.page.evaluate(inPage, { model, picture, input: spec.input, onGpu, at: outputs.map(({ at }) => at) });
              ok(got.length === outputs.length, `${model} gives ${got.length} outputs`);
              outputs.forEach(({ largest, values }, output) => {
                ok(values.length, `${model}, output ${output} has a reference`);
                const worst = Math.max(...values.map((value, at) => Math.abs(got[output][at] - value) / largest));
                // Not a number is no small one.
                ok(worst <= TOLERANCE, `${model}, output ${output}: ${worst} of its largest value`);
              });
              compared += 1;
            }
            ok(compared >= least, `${compared} models were compared`);
          });
        } finally {
          rmSync(plans, { recursive: true });
        }
      });
    }
  });
}

/** Runs in the page: the picture laid edge to edge until it fills the input, as bench/reference/tensors.py does, and the outputs at some places. */
async function inPage({ model, picture, input, onGpu, at }) {
  const base = "/engine-test";
  const bytes = async (path) => new Uint8Array(await (await fetch(`${base}/${path}`)).arrayBuffer());
  if (onGpu) await import("/gpu.js");
  const engine = await import(`${base}/ours/engine-times.js`);
  await engine.default();
  const bitmap = await createImageBitmap(new Blob([await bytes(`pictures/${picture}`)]), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const pixels = canvas.getImageData(0, 0, bitmap.width, bitmap.height).data;
  const { width, height, mean, std } = input;
  const order = input.channels === "bgr" ? [2, 1, 0] : [0, 1, 2];
  const numbers = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const level = pixels[4 * ((y % bitmap.height) * bitmap.width + (x % bitmap.width)) + order[channel]];
        numbers[(channel * height + y) * width + x] = (level - mean[channel]) / std[channel];
      }
    }
  }
  const plan = new engine.PlanFile(await bytes(`plans/${model}.plan`));
  const ready = await engine.Timed.open(plan);
  const outputs = await ready.outputs(numbers);
  ready.free();
  return outputs.map((output, number) => at[number].map((place) => output[place]));
}
