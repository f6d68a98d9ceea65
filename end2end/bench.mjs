// The page's part of the benchmark: node end2end/bench.mjs PICTURE FILE
//
//   PICTURE   a JPEG of 12 megapixels
//   FILE      where the records of place, stage and milliseconds are written
//   IIA_ROUNDS   rounds in which pools of one, two and three workers are compared (default 9)
//   IIA_BIN, IIA_PAGE, IIA_PUBLIC, IIA_CHROMIUM   as for the tests (run.mjs)

import { writeFile } from "node:fs/promises";
import { Browser } from "./lib/browser.mjs";
import { example } from "./lib/places.mjs";
import { startServer } from "./lib/server.mjs";
import { poolTimes, times } from "./lib/times.mjs";

const [picture, file] = process.argv.slice(2);
if (!picture || !file) {
  console.error("node end2end/bench.mjs PICTURE FILE");
  process.exit(2);
}
const server = await startServer({});
const browser = new Browser(server.url);
try {
  const small = example("astronaut.jpg");
  const records = await times(browser, small, picture);
  const pools = await poolTimes(browser, small, picture, Number(process.env.IIA_ROUNDS ?? 9));
  for (const { place, stage, ms } of pools) {
    const one = pools.find((other) => other.stage === stage && other.place === place.replace(/\d$/, "1")).ms;
    console.log(`${place}: ${stage} ${ms} ms, ratio ${one ? (ms / one).toFixed(2) : "1.00"}`);
  }
  await writeFile(file, JSON.stringify([...records, ...pools], null, 2));
} finally {
  await browser.close();
  await server.stop();
}
