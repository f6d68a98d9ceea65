// Runs the vision worker's program once more, beside the first worker, which sends what the browser has compiled already.

const [compiled, program] = await new Promise((resolve) => {
  addEventListener("message", ({ data }) => resolve(data), { once: true });
});
const { default: init } = await import(`/pkg/${program}.js`);
await init({ module_or_path: compiled });
