// Collects tests, runs them one after another, prints a line for each and the sum at the end.

const tests = [];
const endings = [];
let group = "";

export function describe(name, body) {
  const outer = group;
  group = outer ? `${outer}: ${name}` : name;
  body();
  group = outer;
}

/** A test; `run` throws when it fails. `limit` is in milliseconds. */
export function it(name, run, limit = 300_000) {
  tests.push({ name: group ? `${group}: ${name}` : name, run, limit });
}

/** Something to do when all tests are through, whatever became of them. */
export function atEnd(run) {
  endings.push(run);
}

export async function runAll() {
  const only = process.env.IIA_ONLY;
  let passed = 0;
  let failed = 0;
  for (const test of tests) {
    if (only && !test.name.includes(only)) continue;
    const started = Date.now();
    try {
      await within(test.limit, test.run());
      passed += 1;
      console.log(`ok ${test.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`not ok ${test.name}`);
      console.log(String(error?.stack ?? error).split("\n").slice(0, 12).map((l) => `    ${l}`).join("\n"));
    }
  }
  for (const run of endings) await run().catch((error) => console.log(String(error)));
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
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
