// Collects tests in lanes, runs those of one lane one after another and lanes side by side, prints a line for each test and the sum
// at the end.

const endings = [];
let lane = [];
let group = "";

/** The tests that `body` names, to be run one after another. */
export function inLane(body) {
  const outer = lane;
  lane = [];
  body();
  const named = lane;
  lane = outer;
  return named;
}

export function describe(name, body) {
  const outer = group;
  group = outer ? `${outer}: ${name}` : name;
  body();
  group = outer;
}

/** A test; `run` throws when it fails. `limit` is in milliseconds. */
export function it(name, run, limit = 300_000) {
  lane.push({ name: group ? `${group}: ${name}` : name, run, limit });
}

/** Something to do when all tests are through, whatever became of them. */
export function atEnd(run) {
  endings.push(run);
}

/** Runs so many lanes side by side, the next one as soon as one is through, and after them what has to be alone. */
export async function runAll({ beside, lanes, alone }) {
  const tally = { passed: 0, failed: 0 };
  const waiting = [...lanes];
  const next = async () => {
    while (waiting.length) await run(waiting.shift(), tally);
  };
  await Promise.all(Array.from({ length: beside }, next));
  await run(alone, tally);
  for (const end of endings) await end().catch((error) => console.log(String(error)));
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed;
}

async function run(tests, tally) {
  const only = process.env.IIA_ONLY;
  for (const test of tests) {
    if (only && !test.name.includes(only)) continue;
    const started = Date.now();
    try {
      await within(test.limit, test.run());
      tally.passed += 1;
      console.log(`ok ${test.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      tally.failed += 1;
      const lines = String(error?.stack ?? error).split("\n").slice(0, 12).map((line) => `    ${line}`);
      // In one piece, so that nothing of another lane comes between.
      console.log([`not ok ${test.name}`, ...lines].join("\n"));
    }
  }
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export function equal(actual, expected, what = "value") {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`);
}

export function ok(condition, what) {
  if (!condition) throw new Error(what);
}
