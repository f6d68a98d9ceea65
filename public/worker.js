// Loads the vision worker's program; it speaks first, when it hears.
import init from "/pkg/vision-worker.js";

init({ module_or_path: "/pkg/vision-worker_bg.wasm" });
