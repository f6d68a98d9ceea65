// Loads the vision worker's program, the larger one where there is a GPU to run models on; it speaks first, when it hears.

import "/relaxed.js";

/** What every browser runs. */
const PLAIN = "vision-worker";

/** The device that the page's address asks for. Here for the program too, so that the address is read in one place. */
const asked = (self.askedDevice = new URLSearchParams(location.search).get("device"));

/** Whether there is a GPU that is one; asked for, software will do. */
async function hasGpu() {
  if (asked === "cpu") return false;
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return false;
  return asked === "gpu" || !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false);
}

async function load(name) {
  const { default: init } = await import(`/pkg/${name}.js`);
  await init({ module_or_path: `/pkg/${name}_bg.wasm` });
}

/** Where the program with newer instructions is not there, the other one does. */
async function loadForProcessor() {
  if (self.workerProgram !== PLAIN) {
    const loaded = await load(self.workerProgram).then(() => true, () => false);
    if (loaded) return;
  }
  await load(PLAIN);
}

async function loadWithGpu() {
  await import("/gpu.js");
  await load("vision-worker-gpu");
}

if (await hasGpu()) {
  // Without a network only the smaller one is kept.
  await loadWithGpu().catch(loadForProcessor);
} else {
  await loadForProcessor();
}
