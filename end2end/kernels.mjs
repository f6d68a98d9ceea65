// The engine's kernels against their definition in WebAssembly: node end2end/kernels.mjs PROGRAM
//
//   PROGRAM   the example tests_in_wasm of the crate vision-kernels, which `cargo xtask test kernels` builds
//
// Ends as cargo's test runner does: a line with the sum.

import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";

const bytes = await readFile(process.argv[2]);
// Older releases of Node know relaxed vectors only when they are told to.
if (!WebAssembly.validate(bytes)) setFlagsFromString("--experimental-wasm-relaxed-simd");
const program = await WebAssembly.compile(bytes);

/** A program that has failed is not asked again. */
const fresh = async () => (await WebAssembly.instantiate(program, {})).exports;
const text = ({ memory }, at, length) => new TextDecoder().decode(new Uint8Array(memory.buffer, at, length));

const exports = await fresh();
const count = exports.count();
let failed = 0;
for (let at = 0; at < count; at++) {
  const name = text(exports, exports.name(at), exports.name_len(at));
  const own = await fresh();
  try {
    own.run(at);
    console.log(`test ${name} ... ok`);
  } catch (error) {
    failed += 1;
    console.log(`test ${name} ... FAILED`);
    console.log(text(own, own.told(), own.told_len()) || error);
  }
}
console.log(`test result: ${failed ? "FAILED" : "ok"}. ${count - failed} passed; ${failed} failed; 0 ignored`);
process.exit(failed || !count ? 1 : 0);
