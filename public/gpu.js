// Answers of WebGPU as the program that runs models on it knows them: the library in it (wgpu 30.0.0, with the bindings of
// wasm-bindgen 0.2.126) takes null for an object, and panics at an error of the third kind. wgpu 30.0.2 knows better, and
// wants another wasm-bindgen.

/** Nothing is undefined, and an error inside of the driver is one of those that are known. */
const known = (answer) => (answer instanceof GPUInternalError ? new GPUValidationError(answer.message) : (answer ?? undefined));

const { requestAdapter } = GPU.prototype;
GPU.prototype.requestAdapter = async function (...options) {
  return known(await requestAdapter.apply(this, options));
};

const { popErrorScope } = GPUDevice.prototype;
GPUDevice.prototype.popErrorScope = async function () {
  return known(await popErrorScope.call(this));
};

const { get } = Object.getOwnPropertyDescriptor(GPUUncapturedErrorEvent.prototype, "error");
Object.defineProperty(GPUUncapturedErrorEvent.prototype, "error", {
  get() {
    return known(get.call(this));
  },
});

// A browser that keeps a card's name to itself tells its family: races are remembered by it, and receipts name it.
const { get: description } = Object.getOwnPropertyDescriptor(GPUAdapterInfo.prototype, "description");
Object.defineProperty(GPUAdapterInfo.prototype, "description", {
  get() {
    return description.call(this) || [this.vendor, this.architecture].filter(Boolean).join(" ");
  },
});
