// The browser's report equals the golden one: scores within 1e-3, boxes within 1 px, the sentence to the letter.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ok } from "../lib/harness.mjs";
import { example, GOLDEN, SHARED } from "../lib/places.mjs";

const ENDING = ".preview.json";

/** What differs from place to place and is no part of a golden comparison. */
const APART = new Set(["receipt", "timings"]);

/** Fields in pixels; all other numbers are scores and measures. */
const IN_PIXELS = new Set(["box", "landmarks"]);

export function goldenTests(describe, it, { browser }) {
  describe("goldens", () => {
    const files = existsSync(GOLDEN) ? readdirSync(GOLDEN).filter((f) => f.endsWith(ENDING)) : [];
    it("there are some", async () => ok(files.length > 0, `no *${ENDING} in ${GOLDEN}`));
    for (const file of files) {
      const stem = file.slice(0, -ENDING.length);
      it(stem, () =>
        browser.with({}, async (visit) => {
          const golden = JSON.parse(readFileSync(join(GOLDEN, file), "utf8"));
          await visit.open();
          await visit.drop(pictureOf(stem));
          await visit.read();
          const found = differences(golden, await visit.report());
          ok(found.length === 0, `${found.length} differences:\n${found.slice(0, 10).join("\n")}`);
        }));
    }
  });
}

export function pictureOf(stem) {
  const folders = [GOLDEN, join(GOLDEN, "images"), join(GOLDEN, "pictures"), join(SHARED, "images")];
  for (const folder of folders) {
    for (const ending of ["png", "jpg", "webp", "gif", "bmp", "tiff"]) {
      const path = join(folder, `${stem}.${ending}`);
      if (existsSync(path)) return path;
    }
  }
  for (const ending of ["png", "jpg"]) {
    if (existsSync(example(`${stem}.${ending}`))) return example(`${stem}.${ending}`);
  }
  throw new Error(`there is no picture for the golden ${stem}`);
}

/** Where two reports differ by more than the tolerances. */
export function differences(golden, actual, path = "", pixels = false) {
  if (typeof golden === "number" && typeof actual === "number") {
    const tolerance = pixels ? 1 : 1e-3 * Math.max(1, Math.abs(golden));
    return Math.abs(golden - actual) <= tolerance ? [] : [`${path}: ${golden} against ${actual}`];
  }
  if (golden && actual && typeof golden === "object" && typeof actual === "object") {
    if (Array.isArray(golden) && golden.length !== actual.length) {
      return [`${path}: ${golden.length} entries against ${actual.length}, ${JSON.stringify(actual).slice(0, 500)}`];
    }
    const keys = new Set([...Object.keys(golden), ...Object.keys(actual)]);
    return [...keys].filter((key) => path || !APART.has(key))
      .flatMap((key) => differences(golden[key], actual[key], `${path}/${key}`, pixels || IN_PIXELS.has(key)));
  }
  const missing = (golden ?? null) === null && (actual ?? null) === null;
  return missing || golden === actual ? [] : [`${path}: ${JSON.stringify(golden)} against ${JSON.stringify(actual)}`];
}
