// Several workers read a picture as one does; one that ends costs a warning and nothing else.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { equal, ok } from "../lib/harness.mjs";
import { example, GOLDEN } from "../lib/places.mjs";
import { differences, pictureOf } from "./goldens.mjs";

const PICTURES = ["astronaut", "coffee", "shapes"];

/** What runs where: the models' own order is tags, objects, faces. */
const PLACES = {
  1: [null, null, null],
  2: ["in worker 2 of 2", "in worker 2 of 2", null],
  3: ["in worker 3 of 3", "in worker 2 of 3", null],
};

/** Before the first worker's script: what it does with the others goes wrong. */
const WRONG = {
  "that breaks while it runs a model": onRun("return super.postMessage({});"),
  "that falls silent": onRun("this.terminate();"),
  "whose script is missing": "self.Worker = class extends Worker { constructor(_, options) { super('/no-such-script.js', options); } };",
};

function onRun(then) {
  return `
    self.Worker = class extends Worker {
      postMessage(message, ...rest) {
        if (message.text?.startsWith('{"run"')) { ${then} }
        super.postMessage(message, ...rest);
      }
    };`;
}

export function poolTests(describe, it, { browser }) {
  describe("the pool", () => {
    it("of one, two or three workers tells the same stages and the same report", () =>
      browser.with({}, async (visit, page) => {
        // A page that has no worker of its own.
        await page.goto(`${visit.url}/about`);
        const pictures = PICTURES.map((stem) => readFileSync(pictureOf(stem)).toString("base64"));
        const answers = {};
        for (const workers of Object.keys(PLACES)) answers[workers] = await page.evaluate(readAll, { workers, pictures });
        for (const [workers, places] of Object.entries(PLACES)) {
          for (const [at, { stages, report }] of answers[workers].entries()) {
            const what = `${PICTURES[at]}, ${workers} workers`;
            equal(stages, answers[1][at].stages, `stages of ${what}`);
            equal(report.receipt.models.map((model) => model.engine_reason ?? null), places, `places of ${what}`);
            equal(plain(report), plain(answers[1][at].report), `report of ${what}`);
          }
        }
        const plans = visit.requests.filter(({ url }) => url.includes("?v=")).map(({ url }) => url);
        equal(plans.length, new Set(plans).size, "plans that were fetched, and different ones");
      }));

    for (const [what, before] of Object.entries(WRONG)) {
      it(`goes on without a worker ${what}`, () =>
        browser.with({ serviceWorkers: "block", allow: [/no-such-script/, /a message without a sense/] }, async (visit, page) => {
          await visit.context.route(/\/worker\.js/, async (route) => {
            // With the server's headers, without which the page takes no worker.
            const response = await route.fetch();
            await route.fulfill({ response, body: before + (await response.text()) });
          });
          await visit.open("/?workers=2");
          for (const [stem, warnings] of [["astronaut", ["worker_failed"]], ["coffee", []]]) {
            const golden = JSON.parse(readFileSync(join(GOLDEN, `${stem}.preview.json`), "utf8"));
            await visit.drop(pictureOf(stem));
            await page.waitForFunction((stem) => document.querySelector(".bar .name")?.textContent.startsWith(stem), stem);
            await visit.read();
            const report = await visit.report();
            equal(report.warnings.map((warning) => warning.code), warnings, "warnings");
            const found = differences({ ...golden, warnings: report.warnings }, report);
            ok(found.length === 0, `${found.length} differences:\n${found.slice(0, 10).join("\n")}`);
          }
        }));
    }

    it("of three lets a new picture take the place of one that is being read", () =>
      browser.with({}, async (visit, page) => {
        await visit.open("/?workers=3");
        await visit.drop(example("coffee.jpg"));
        await visit.read();
        for (const name of ["astronaut.jpg", "rocket.jpg", "cat.jpg"]) await visit.drop(example(name));
        await page.waitForFunction(() => document.querySelector(".bar .name")?.textContent === "cat.jpg");
        await visit.read();
        ok(/cat/i.test(await visit.sentence()), `no cat: ${await visit.sentence()}`);
        const { receipt, warnings } = await visit.report();
        equal(receipt.models.map((model) => model.engine_reason ?? null), PLACES[3], "places");
        equal(warnings, [], "warnings");
      }));
  });
}

const plain = ({ receipt, timings, ...rest }) => rest;

/** Runs in the page: a worker of its own, with its models; the stages and the report of each picture. */
async function readAll({ workers, pictures }) {
  const worker = new Worker(`/worker.js?workers=${workers}`, { type: "module" });
  let hear;
  worker.onmessage = ({ data }) => hear(JSON.parse(data));
  const until = (wanted) => new Promise((resolve, reject) => {
    worker.onerror = () => reject(new Error("the worker broke"));
    hear = (message) => {
      const found = wanted(message);
      if (found) resolve(found);
    };
  });
  await until((m) => m.ready);
  worker.postMessage({ text: JSON.stringify("prepare") });
  await until((m) => m.models?.progress.settled);
  const answers = [];
  for (const [at, data] of pictures.entries()) {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer;
    const tasks = ["tags", "objects", "faces", "colors", "quality", "description"];
    worker.postMessage({ text: JSON.stringify({ analyze: { job: at + 1, tasks } }), bytes }, [bytes]);
    const stages = [];
    const report = await until((m) => {
      if (m.stage) stages.push(m.stage.stage);
      return m.report && !m.report.provisional && JSON.parse(m.report.report);
    });
    answers.push({ stages, report });
  }
  worker.terminate();
  return answers;
}
