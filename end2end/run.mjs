// Runs every browser test against the server at IIA_URL (or one that it starts from IIA_BIN) and counts.
//
//   IIA_URL       where the server listens; without it, IIA_BIN is started with a fresh data folder
//   IIA_BIN       the executable; needed too by tests whose server has other settings
//   IIA_PAGE, IIA_PUBLIC   what the executable serves, handed on to it
//   IIA_CHROMIUM  the browser (default /usr/bin/chromium)
//   IIA_ONLY      only tests whose name contains this
//   IIA_SHOTS     a folder for screenshots of every state
//   IIA_DATABASE  the PostgreSQL of servers that tests start; IIA_PSQL its program psql, if it is not on the search path
//   IIA_TIMINGS   a file for the times from drop to first and to full result

import { Browser } from "./lib/browser.mjs";
import { startServer } from "./lib/server.mjs";
import { describe, inLane, it, runAll } from "./lib/harness.mjs";
import { contrastTests } from "./tests/contrast.mjs";
import { readingTests } from "./tests/reading.mjs";
import { evidenceTests } from "./tests/evidence.mjs";
import { serverTests } from "./tests/server.mjs";
import { offlineTests } from "./tests/offline.mjs";
import { accessTests } from "./tests/access.mjs";
import { plainTests } from "./tests/plain.mjs";
import { peopleTests } from "./tests/people.mjs";
import { peopleRefusalTests } from "./tests/people_refusals.mjs";
import { peopleLogTests } from "./tests/people_log.mjs";
import { goldenTests } from "./tests/goldens.mjs";
import { gpuTests } from "./tests/gpu.mjs";
import { poolTests } from "./tests/pool.mjs";
import { programTests } from "./tests/programs.mjs";
import { badInputTests } from "./tests/bad_inputs.mjs";
import { stateTests } from "./tests/states.mjs";
import { speedTests } from "./tests/speed.mjs";
import { lighthouseTests } from "./tests/lighthouse.mjs";

const own = process.env.IIA_URL ? null : await startServer({});
const url = process.env.IIA_URL ?? own.url;
const browser = new Browser(url);
try {
  const context = { url, browser };
  // Tests wait more than they work, so two lanes are done in little more than half the time. Those in one lane share the server
  // and what it counts; those in the other have servers of their own, or need none but for the page. What people are refused is
  // in the first, for it is the shorter one, and on PostgreSQL both lanes are people's.
  const groups = {
    shared: [
      contrastTests, readingTests, evidenceTests, serverTests, offlineTests, accessTests, plainTests, stateTests, goldenTests,
      peopleRefusalTests,
    ],
    own: [gpuTests, poolTests, programTests, peopleTests, badInputTests],
    alone: [peopleLogTests, speedTests, lighthouseTests],
  };
  for (const [lane, tests] of Object.entries(groups)) {
    inLane(lane, () => { for (const group of tests) group(describe, it, context); });
  }
  const failed = await runAll({ beside: ["shared", "own"], alone: "alone" });
  process.exitCode = failed ? 1 : 0;
} finally {
  await browser.close();
  await own?.stop();
}
