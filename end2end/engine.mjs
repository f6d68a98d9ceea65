// Times of models in Chromium, our engine and onnxruntime-web taking turns: node end2end/engine.mjs ASKED FILE
//
//   ASKED   {"runs": N, "models": [{"name", "plan", "onnx", "shape"}, ...]}, the files by their paths
//   FILE    where the times are written, in milliseconds, one list for ours and one for theirs
//   IIA_ENGINE_WASM   the folder with engine-times.js, which `cargo xtask bench engine` builds
//   IIA_PEER_WEB      the folder with the package onnxruntime-web
//   IIA_CHROMIUM      as for the tests (run.mjs)

import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { Browser } from "./lib/browser.mjs";

const [asked, file] = process.argv.slice(2);
const { IIA_ENGINE_WASM: ours, IIA_PEER_WEB: peer } = process.env;
if (!asked || !file || !ours || !peer) {
  console.error("node end2end/engine.mjs ASKED FILE, with IIA_ENGINE_WASM and IIA_PEER_WEB set");
  process.exit(2);
}
const { runs, models } = JSON.parse(await readFile(asked, "utf8"));
const { version } = JSON.parse(await readFile(join(peer, "package.json"), "utf8"));

const KINDS = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", html: "text/html" };

/** The files of both engines, and those of the models by their numbers; nothing else. */
function place(path) {
  if (path.startsWith("/ours/")) return join(ours, normalize(path.slice(5)));
  if (path.startsWith("/peer/")) return join(peer, "dist", normalize(path.slice(5)));
  const [, number, kind] = path.match(/^\/models\/(\d+)\.(plan|onnx)$/) ?? [];
  return number && models[number]?.[kind];
}

const server = createServer(async (request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const headers = { "Content-Type": KINDS[path.split(".").pop()] ?? "application/octet-stream" };
  try {
    const body = path === "/" ? "<!doctype html><title>engine</title><link rel=icon href=data:,>" : await readFile(place(path));
    response.writeHead(200, path === "/" ? { "Content-Type": "text/html" } : headers).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = new Browser(`http://127.0.0.1:${server.address().port}`);
try {
  const visit = await browser.visit();
  await visit.page.goto(visit.url);
  const measured = [];
  for (const [number, { name, shape }] of models.entries()) {
    const times = await visit.page.evaluate(inPage, { number, shape, runs }).catch((error) => ({ error: error.message }));
    measured.push({ name, peer: `onnxruntime-web ${version}`, ...times });
  }
  await writeFile(file, JSON.stringify(measured, null, 2));
} finally {
  await browser.close();
  server.close();
}

/** Runs in the page. */
async function inPage({ number, shape, runs }) {
  const WARM_UP = 3;
  const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const engine = await import("/ours/engine-times.js");
  await engine.default();
  const ort = await import("/peer/ort.wasm.min.mjs");
  Object.assign(ort.env.wasm, { numThreads: 1, wasmPaths: "/peer/" });
  ort.env.logLevel = "error";

  // The same numbers as bench/src/bin/engine: the times of some ops follow their values.
  const numbers = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => ((at * 7919) % 255) / 255);
  const plan = await bytes(`/models/${number}.plan`);
  const from = performance.now();
  const model = new engine.Timed(plan);
  const load_ms = performance.now() - from;
  const session = await ort.InferenceSession.create(await bytes(`/models/${number}.onnx`), { graphOptimizationLevel: "all" });
  const feeds = { [session.inputNames[0]]: new ort.Tensor("float32", numbers, shape) };

  const ours = [], theirs = [];
  for (let round = 0; round < WARM_UP + runs; round++) {
    const start = performance.now();
    model.run(numbers);
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
