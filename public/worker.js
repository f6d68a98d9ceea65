// Loads the vision worker's program, the larger one where there is a GPU to run models on; it speaks first, when it hears.

const asked = new URLSearchParams(location.search).get("device");

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

async function loadWithGpu() {
  await import("/gpu.js");
  await load("vision-worker-gpu");
}

if (await hasGpu()) {
  // Without a network only the smaller one is kept.
  await loadWithGpu().catch(() => load("vision-worker"));
} else {
  await load("vision-worker");
}
