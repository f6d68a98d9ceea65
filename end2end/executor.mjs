// Runs plans in Chromium for a program that asks over HTTP: node end2end/executor.mjs PLACE
//
//   PLACE   wasm, relaxed or webgpu (lib/engines.mjs)
//   Prints its address as its first line, and ends when its standard input does.
//
//   POST /load    a plan's file -> its number; its numbers are f16 where the GPU has it, or f32 after POST /load/full
//   POST /run/N   the numbers of that plan's input (f32, little-endian) -> those of its outputs, one after the other

import { EnginePage, PLACES } from "./lib/engines.mjs";

const where = PLACES[process.argv[2]];
if (!where?.folder) {
  console.error(`node end2end/executor.mjs ${Object.keys(PLACES).join("|")}, with the folder of its program set (lib/engines.mjs)`);
  process.exit(2);
}

/** Bodies on their way to the page, and what waits for the page's answers, by numbers of their own. */
const bodies = new Map();
const answers = new Map();
let asked = 0;

const engine = await EnginePage.open(where, async (request, response, path) => {
  const [, kind, number] = path.match(/^\/(load|run|body|answer)(?:\/(\d+|full))?$/) ?? [];
  if (!kind) return false;
  if (kind === "body") {
    response.end(bodies.get(number));
  } else if (kind === "answer") {
    answers.set(number, await whole(request));
    response.end();
  } else {
    const exchange = String(asked++);
    bodies.set(exchange, await whole(request));
    try {
      const loaded = await engine.page.evaluate(kind === "load" ? load : run, { exchange, number, onGpu: where.onGpu });
      response.end(kind === "load" ? String(loaded) : answers.get(exchange));
    } finally {
      bodies.delete(exchange);
      answers.delete(exchange);
    }
  }
  return true;
});
console.log(engine.url);
process.stdin.resume().on("end", () => engine.close());

async function whole(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** Runs in the page. */
async function load({ exchange, number, onGpu }) {
  if (!globalThis.engine) {
    if (onGpu) await import("/gpu.js");
    globalThis.engine = await import("/ours/engine-times.js");
    await globalThis.engine.default();
    globalThis.loaded = [];
  }
  const { PlanFile, Timed } = globalThis.engine;
  const plan = new PlanFile(new Uint8Array(await (await fetch(`/body/${exchange}`)).arrayBuffer()));
  return globalThis.loaded.push(await Timed.open(plan, number === "full")) - 1;
}

/** Runs in the page. */
async function run({ exchange, number }) {
  const input = new Float32Array(await (await fetch(`/body/${exchange}`)).arrayBuffer());
  const outputs = await globalThis.loaded[number].outputs(input);
  await fetch(`/answer/${exchange}`, { method: "POST", body: new Blob(outputs) });
}
