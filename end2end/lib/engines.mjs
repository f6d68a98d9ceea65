// The engine alone in a page of Chromium, for measuring: which programs there are, and the page that holds one of them.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { Browser } from "./browser.mjs";
import { ROOT } from "./places.mjs";

const SOFTWARE = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/**
 * Where plans run in a browser: the folder with the program, which `cargo xtask` builds, whether it runs on the GPU, and what Chromium
 * is told, one attempt after the other.
 */
export const PLACES = {
  /** What every browser can run. */
  wasm: { folder: process.env.IIA_ENGINE_WASM, onGpu: false, attempts: [[]] },
  /** With WebAssembly's relaxed vectors. */
  relaxed: { folder: process.env.IIA_ENGINE_RELAXED, onGpu: false, attempts: [[]] },
  /** On the GPU, which is software where Chromium knows no card. */
  webgpu: { folder: process.env.IIA_ENGINE_WEBGPU, onGpu: true, attempts: [["--enable-unsafe-webgpu"], SOFTWARE] },
};

const KINDS = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm" };

/** The program that a page finds at /ours/engine-times.js. */
export class EnginePage {
  /** `answer` is given each request for anything else, and says whether it took it. */
  static async open({ folder, onGpu, attempts }, answer) {
    const self = new EnginePage();
    self.server = createServer(async (request, response) => {
      try {
        const path = new URL(request.url, "http://localhost").pathname;
        if (path === "/") {
          response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>engine</title><link rel=icon href=data:,>");
        } else if (path === "/gpu.js") {
          await file(response, join(ROOT, "public", path));
        } else if (path.startsWith("/ours/")) {
          await file(response, join(folder, normalize(path.slice(5))));
        } else if (!(await answer(request, response, path))) {
          response.writeHead(404).end();
        }
      } catch (error) {
        if (!response.headersSent) response.writeHead(500);
        response.end(error.message);
      }
    });
    await new Promise((resolve) => self.server.listen(0, "127.0.0.1", resolve));
    self.url = `http://127.0.0.1:${self.server.address().port}`;
    self.browser = new Browser(self.url);
    try {
      self.page = await self.visited(onGpu, attempts);
    } catch (error) {
      await self.close();
      throw error;
    }
    return self;
  }

  async visited(onGpu, attempts) {
    for (const args of attempts) {
      const visit = await this.browser.visit({ args });
      await visit.page.goto(visit.url);
      if (!onGpu) return visit.page;
      const adapter = await visit.page.evaluate(async () => {
        const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
        const { vendor, architecture, description } = adapter?.info ?? {};
        return adapter && [vendor, architecture, description].filter(Boolean).join(" ");
      });
      if (adapter !== null && adapter !== undefined) {
        console.error(`webgpu: the adapter is ${adapter || "one without a name"}`);
        return visit.page;
      }
      await visit.close();
    }
    throw new Error("Chromium gives no GPU");
  }

  async close() {
    await this.browser.close();
    this.server.close();
  }
}

/** Answers with a file. */
export async function file(response, path) {
  const body = await readFile(path).catch(() => undefined);
  if (!body) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": KINDS[path.split(".").pop()] ?? "application/octet-stream" }).end(body);
}
