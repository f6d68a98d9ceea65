// Times of models in Chromium, our engine and onnxruntime-web taking turns: node end2end/engine.mjs ASKED FILE
//
//   ASKED   {"place": "wasm" or "webgpu", "runs": N, "models": [{"name", "plan", "onnx", "shape"}, ...]}, the files by their paths
//   FILE    where the times are written, in milliseconds, one list for ours and one for theirs
//   IIA_ENGINE_WASM   the folder with engine-times.js, which `cargo xtask bench engine` builds; IIA_ENGINE_WEBGPU: the one with a GPU
//   IIA_PEER_WEB      the folder with the package onnxruntime-web
//   IIA_CHROMIUM      as for the tests (run.mjs)

import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { Browser } from "./lib/browser.mjs";
import { ROOT } from "./lib/places.mjs";

const [asked, file] = process.argv.slice(2);
const { IIA_ENGINE_WASM, IIA_ENGINE_WEBGPU, IIA_PEER_WEB: peer } = process.env;
if (!asked || !file || !IIA_ENGINE_WASM || !IIA_ENGINE_WEBGPU || !peer) {
  console.error("node end2end/engine.mjs ASKED FILE, with IIA_ENGINE_WASM, IIA_ENGINE_WEBGPU and IIA_PEER_WEB set");
  process.exit(2);
}
const { place: where, runs, models } = JSON.parse(await readFile(asked, "utf8"));
const onGpu = where === "webgpu";
const ours = onGpu ? IIA_ENGINE_WEBGPU : IIA_ENGINE_WASM;
const { version } = JSON.parse(await readFile(join(peer, "package.json"), "utf8"));

const KINDS = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", html: "text/html" };

/** The files of both engines, and those of the models by their numbers; nothing else. */
function place(path) {
  if (path === "/gpu.js") return join(ROOT, "public", path);
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
  const visit = await visited();
  const measured = [];
  for (const [number, { name, shape }] of models.entries()) {
    const times = await visit.page.evaluate(inPage, { number, shape, runs, onGpu }).catch((error) => ({ error: error.message }));
    measured.push({ name, peer: `onnxruntime-web ${version}`, ...times });
  }
  await writeFile(file, JSON.stringify(measured, null, 2));
} finally {
  await browser.close();
  server.close();
}

/** A page; with a GPU if that is asked for, which is software where Chromium knows no card. */
async function visited() {
  if (!onGpu) return opened([]);
  for (const args of [["--enable-unsafe-webgpu"], ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]]) {
    const visit = await opened(args);
    const adapter = await visit.page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
      const { vendor, architecture, description } = adapter?.info ?? {};
      return adapter && [vendor, architecture, description].filter(Boolean).join(" ");
    });
    if (adapter !== null && adapter !== undefined) {
      console.log(`webgpu: the adapter is ${adapter || "one without a name"}`);
      return visit;
    }
    await visit.close();
  }
  throw new Error("Chromium gives no GPU");
}

async function opened(args) {
  const visit = await browser.visit({ args });
  await visit.page.goto(visit.url);
  return visit;
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
  const plan = await bytes(`/models/${number}.plan`);
  const from = performance.now();
  const model = onGpu ? await engine.TimedOnGpu.open(plan) : new engine.Timed(plan);
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
