// The page's part of the benchmark: node end2end/bench.mjs PICTURE FILE
//
//   PICTURE   a JPEG of 12 megapixels
//   FILE      where the records of place, stage and milliseconds are written
//   IIA_BIN, IIA_PAGE, IIA_PUBLIC, IIA_CHROMIUM   as for the tests (run.mjs)

import { writeFile } from "node:fs/promises";
import { Browser } from "./lib/browser.mjs";
import { example } from "./lib/places.mjs";
import { startServer } from "./lib/server.mjs";
import { times } from "./lib/times.mjs";

const [picture, file] = process.argv.slice(2);
if (!picture || !file) {
  console.error("node end2end/bench.mjs PICTURE FILE");
  process.exit(2);
}
const server = await startServer({});
const browser = new Browser(server.url);
try {
  await writeFile(file, JSON.stringify(await times(browser, example("astronaut.jpg"), picture), null, 2));
} finally {
  await browser.close();
  await server.stop();
}
