// Runs every browser test against the server at IIA_URL (or one that it starts from IIA_BIN) and counts.
//
//   IIA_URL       where the server listens; without it, IIA_BIN is started with a fresh data folder
//   IIA_BIN       the executable; needed too by tests whose server has other settings
//   IIA_PAGE, IIA_PUBLIC   what the executable serves, handed on to it
//   IIA_CHROMIUM  the browser (default /usr/bin/chromium)
//   IIA_POSTGRES  an empty database: the tests of people are run on it too; IIA_PSQL is its program psql, if not on the search path
//   IIA_ENGINE_WASM, IIA_ENGINE_RELAXED, IIA_ENGINE_WEBGPU   the folders with engine-times.js, the engine alone for those places (lib/engines.mjs)
//   IIA_ONLY      only tests whose name contains this
//   IIA_LATE      a slow browser, in which everything comes so many milliseconds later (lib/late.mjs): which tests look too early
//   IIA_SHOTS     a folder for screenshots of every state
//   IIA_TIMINGS   a file for the times from drop to first and to full result

import { Browser } from "./lib/browser.mjs";
import { startServer } from "./lib/server.mjs";
import { describe, inLane, it, runAll } from "./lib/harness.mjs";
import { Place } from "./lib/people.mjs";
import { contrastTests } from "./tests/contrast.mjs";
import { readingTests } from "./tests/reading.mjs";
import { evidenceTests } from "./tests/evidence.mjs";
import { serverTests } from "./tests/server.mjs";
import { offlineTests } from "./tests/offline.mjs";
import { accessTests } from "./tests/access.mjs";
import { plainTests } from "./tests/plain.mjs";
import { peopleTests } from "./tests/people.mjs";
import { peopleChangeTests } from "./tests/people_changes.mjs";
import { administrationTests } from "./tests/administration.mjs";
import { peopleRefusalTests } from "./tests/people_refusals.mjs";
import { peopleLogTests } from "./tests/people_log.mjs";
import { goldenTests } from "./tests/goldens.mjs";
import { engineTests } from "./tests/engine.mjs";
import { gpuTests } from "./tests/gpu.mjs";
import { poolTests } from "./tests/pool.mjs";
import { programTests } from "./tests/programs.mjs";
import { badInputTests } from "./tests/bad_inputs.mjs";
import { stateTests } from "./tests/states.mjs";
import { speedTests } from "./tests/speed.mjs";
import { lighthouseTests } from "./tests/lighthouse.mjs";

/** Tests wait about as long as they work, so two lanes are done in little more than half the time. */
const BESIDE = 2;

const own = process.env.IIA_URL ? null : await startServer({});
const url = process.env.IIA_URL ?? own.url;
const browser = new Browser(url);
try {
  const context = { url, browser };
  // People are on SQLite, and on PostgreSQL where there is one, on one server each.
  const places = [new Place(), ...(process.env.IIA_POSTGRES ? [new Place(process.env.IIA_POSTGRES)] : [])];
  const ofPeople = (tests) => places.map((place) => inLane(() => tests(describe, it, { ...context, place })));
  const of = (...groups) => inLane(() => { for (const group of groups) group(describe, it, context); });
  const lanes = [
    // Those of the first lane share the server and what it counts; the others have servers of their own, or need none but for the
    // page. The longest come first, so that both runners are through at about the same time.
    of(contrastTests, readingTests, evidenceTests, serverTests, offlineTests, accessTests, plainTests, stateTests, goldenTests),
    of(gpuTests),
    ...ofPeople(peopleTests),
    ...ofPeople(peopleRefusalTests),
    ...ofPeople(peopleChangeTests),
    ...ofPeople(administrationTests),
    of(engineTests),
    of(poolTests),
    of(badInputTests),
    of(programTests),
  ];
  const failed = await runAll({ beside: BESIDE, lanes, alone: [...ofPeople(peopleLogTests).flat(), ...of(speedTests, lighthouseTests)] });
  process.exitCode = failed ? 1 : 0;
} finally {
  await browser.close();
  await own?.stop();
}
