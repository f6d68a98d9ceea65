// Times of models in Chromium, our engine and onnxruntime-web taking turns: node end2end/engine.mjs ASKED FILE
//
//   ASKED   {"place": "wasm", "relaxed" or "webgpu", "runs": N, "models": [{"name", "plan", "onnx", "shape"}, ...]}, the files by their paths
//   FILE    where the times are written, in milliseconds, one list for ours and one for theirs
//   IIA_ENGINE_WASM, IIA_ENGINE_RELAXED, IIA_ENGINE_WEBGPU   the folders with the programs of those places (lib/engines.mjs)
//   IIA_PEER_WEB      the folder with the package onnxruntime-web
//   IIA_CHROMIUM      as for the tests (run.mjs)

import { readFile, writeFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { EnginePage, PLACES, file } from "./lib/engines.mjs";

const [asked, written] = process.argv.slice(2);
const peer = process.env.IIA_PEER_WEB;
const { place, runs, models } = asked ? JSON.parse(await readFile(asked, "utf8")) : {};
const where = PLACES[place];
if (!written || !where?.folder || !peer) {
  console.error("node end2end/engine.mjs ASKED FILE, with the settings in its first lines");
  process.exit(2);
}
const { version } = JSON.parse(await readFile(join(peer, "package.json"), "utf8"));

/** The files of the peer, and those of the models by their numbers; nothing else. */
const engine = await EnginePage.open(where, async (_, response, path) => {
  const [, number, kind] = path.match(/^\/models\/(\d+)\.(plan|onnx)$/) ?? [];
  const found = path.startsWith("/peer/") ? join(peer, "dist", normalize(path.slice(5))) : models[number]?.[kind];
  if (found) await file(response, found);
  return found;
});
try {
  const measured = [];
  for (const [number, { name, shape }] of models.entries()) {
    const times = await engine.page
      .evaluate(inPage, { number, shape, runs, onGpu: where.onGpu })
      .catch((error) => ({ error: error.message }));
    measured.push({ name, peer: `onnxruntime-web ${version}`, ...times });
  }
  await writeFile(written, JSON.stringify(measured, null, 2));
} finally {
  await engine.close();
}

/** Runs in the page. */
async function inPage({ number, shape, runs, onGpu }) {
  const WARM_UP = 3;
  const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  if (onGpu) await import("/gpu.js");
  const engine = await import("/ours/engine-times.js");
  await engine.default();
  const ort = await import("/peer/ort.wasm.min.mjs");
  Object.assign(ort.env.wasm, { numThreads: 1, wasmPaths: "/peer/" });
  ort.env.logLevel = "error";

  // The same numbers as bench/src/bin/engine: the times of some ops follow their values.
  const numbers = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => ((at * 7919) % 255) / 255);
  const plan = new engine.PlanFile(await bytes(`/models/${number}.plan`));
  const from = performance.now();
  const model = await engine.Timed.open(plan);
  const load_ms = performance.now() - from;
  const session = await ort.InferenceSession.create(await bytes(`/models/${number}.onnx`), { graphOptimizationLevel: "all" });
  const feeds = { [session.inputNames[0]]: new ort.Tensor("float32", numbers, shape) };

  const ours = [], theirs = [];
  for (let round = 0; round < WARM_UP + runs; round++) {
    const start = performance.now();
    await model.run(numbers);
    const middle = performance.now();
    await session.run(feeds);
    const end = performance.now();
    if (round >= WARM_UP) {
      ours.push(middle - start);
      theirs.push(end - middle);
    }
  }
  model.free();
  await session.release();
  return { ours, theirs, load_ms };
}
