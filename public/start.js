// Loads the page's program. A file of its own, because the page's policy lets no inline script run.
import init from "/pkg/hydrate_body.js";

init({ module_or_path: "/pkg/hydrate_body_bg.wasm" });
