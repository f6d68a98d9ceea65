// Which of the worker's programs for processors this browser runs: the faster one is made of instructions that multiply and add
// in one, which not every browser knows yet. For modules and for the service worker, hence a name on `self`.

/** A function that makes one vector of three with that instruction (f32x4.relaxed_madd), as a WebAssembly module. */
const MULTIPLIES_AND_ADDS = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 1, 253, 15, 65, 1, 253, 15, 65, 1, 253, 15, 253, 133, 2, 11,
);
self.workerProgram = WebAssembly.validate(MULTIPLIES_AND_ADDS) ? "vision-worker-relaxed" : "vision-worker";
