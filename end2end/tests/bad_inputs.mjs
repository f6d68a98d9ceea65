// Malformed and hostile inputs in the browser's worker: the verdict of the other doors, and the worker lives on.

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { equal, ok } from "../lib/harness.mjs";
import { example, ROOT } from "../lib/places.mjs";

export function badInputTests(describe, it, { browser }) {
  describe("bad inputs", () => {
    it("get the same verdict in the worker as everywhere, and it lives on", () =>
      browser.with({}, async (visit, page) => {
        const folder = await inputs();
        const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
        const names = Object.keys(expected);
        ok(names.length >= 60, `only ${names.length} inputs`);
        await page.goto(visit.url);
        await page.evaluate(startWorker);
        const wrong = [];
        for (const name of names) {
          const data = readFileSync(join(folder, name)).toString("base64");
          const verdict = await page.evaluate((data) => window.judge(data), data);
          if (verdict.code !== expected[name]) wrong.push(`${name}: ${expected[name]} expected, ${verdict.code} (${verdict.message})`);
        }
        const good = await page.evaluate((data) => window.judge(data), readFileSync(example("shapes.png")).toString("base64"));
        equal(good.code, "ok", "a good picture after all of them");
        ok(wrong.length === 0, `${wrong.length} of ${names.length} differ:\n${wrong.slice(0, 8).join("\n")}`);
      }), 600_000);

    it("are told as sentences on the page, and nothing is offered to be sent", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        const cases = [
          ["letter.jpg", Buffer.from("Dear reader, this is no picture."), "This is not a picture that can be read here."],
          ["half.png", readFileSync(example("shapes.png")).subarray(0, 2500), "The picture breaks off."],
          ["nothing.png", Buffer.alloc(0), "The picture is damaged."],
        ];
        for (const [name, bytes, words] of cases) {
          await visit.drop({ name, bytes });
          await page.waitForFunction((words) => document.querySelector(".note b")?.textContent === words, words, { timeout: 60_000 });
          ok((await page.locator(".note").innerText()).includes("Nothing was sent."), "what it means is not told");
          equal(await page.locator(".ask-button").count(), 0, "offers to ask the server");
        }
        await visit.drop(example("cat.jpg"));
        await visit.read();
      }));
  });
}

/** The generator's inputs: from IIA_BAD_INPUTS, or made now. */
async function inputs() {
  const given = process.env.IIA_BAD_INPUTS;
  if (given && existsSync(join(given, "expected.json"))) return given;
  const folder = await mkdtemp(join(tmpdir(), "iia-bad-inputs-"));
  // As all tests are built: alone, it would have every dependency compiled once more.
  const args = ["build", "--quiet", "--workspace", "--profile", "test", "--features", "vision-core/bad-input", "--example", "bad_inputs"];
  await promisify(execFile)("cargo", args, { cwd: ROOT, maxBuffer: 1 << 24 });
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  await promisify(execFile)(join(target, "debug/examples/bad_inputs"), [folder], { cwd: ROOT, maxBuffer: 1 << 24 });
  return folder;
}

/** Runs in the page: a worker without models, which judges all the same. */
async function startWorker() {
  const worker = new Worker("/worker.js", { type: "module" });
  let hear = () => undefined;
  let broke = () => undefined;
  worker.onmessage = ({ data }) => hear(JSON.parse(data));
  worker.onerror = (event) => broke(event);
  await new Promise((resolve) => { hear = (m) => m.ready && resolve(); });
  let job = 0;
  window.judge = (data) => new Promise((resolve) => {
    job += 1;
    const mine = job;
    broke = () => resolve({ code: "worker_broke", message: "" });
    hear = (m) => {
      if (m.report?.job === mine) resolve({ code: "ok", message: "" });
      if (m.failed?.job === mine) resolve({ code: m.failed.code, message: m.failed.message });
    };
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer;
    const tasks = ["colors", "quality", "description"];
    worker.postMessage({ text: JSON.stringify({ analyze: { job, tasks } }), bytes }, [bytes]);
  });
}
