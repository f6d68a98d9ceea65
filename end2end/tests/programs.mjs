// Which program for processors a browser fetches, and that both read pictures as the golden says.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { equal } from "../lib/harness.mjs";
import { GOLDEN } from "../lib/places.mjs";
import { differences, pictureOf } from "./goldens.mjs";

const PICTURE = "coffee";

/** Before the script that chooses: a browser without the newer instructions. */
const KNOWS_NO_MORE = "WebAssembly.validate = () => false;";

export function programTests(describe, it, { browser }) {
  describe("the worker's program", () => {
    for (const [what, before, program] of [
      ["multiplies and adds in one where the browser can", "", "vision-worker-relaxed"],
      ["does without where it cannot", KNOWS_NO_MORE, "vision-worker"],
    ]) {
      it(what, () =>
        browser.with({ serviceWorkers: "block" }, async (visit) => {
          await visit.context.route(/\/relaxed\.js/, async (route) => {
            const response = await route.fetch();
            await route.fulfill({ response, body: before + (await response.text()) });
          });
          await visit.open();
          await visit.drop(pictureOf(PICTURE));
          await visit.read();
          const golden = JSON.parse(readFileSync(join(GOLDEN, `${PICTURE}.preview.json`), "utf8"));
          equal(differences(golden, await visit.report()), [], "differences");
          const fetched = visit.requests.map(({ url }) => new URL(url).pathname).filter((path) => /vision-worker.*wasm/.test(path));
          equal([...new Set(fetched)], [`/pkg/${program}_bg.wasm`], "programs that were fetched");
        }));
    }
  });
}
