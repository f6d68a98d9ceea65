// Loads the page's program once the page has been painted: nothing that people see first waits for it. A file of its own,
// because the page's policy lets no inline script run.
await new Promise((painted) => {
  requestAnimationFrame(() => setTimeout(painted));
  // A page in the background is not painted.
  setTimeout(painted, 1000);
});
const { default: init } = await import("/pkg/hydrate_body.js");
await init({ module_or_path: "/pkg/hydrate_body_bg.wasm" });
