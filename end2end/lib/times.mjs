// Times in the page, models at hand: from drop to the first and to the full result, and each stage of a large picture.

import { readFile } from "node:fs/promises";

const ROUNDS = 3;

/** Sides of the large picture: 12 megapixels. */
const LARGE = [4000, 3000];

/** Sizes of the worker pool that are compared, the first one with the others. */
const POOLS = [1, 2, 3];

/** Records of place, stage and milliseconds; `large` is a JPEG of 12 megapixels, made from one of our pictures if it is not given. */
export async function times(browser, small, large) {
  return browser.with({}, async (visit, page) => {
    await openWithModels(visit, "/");
    const quick = await rounds(page, () => visit.drop(small));
    const bytes = large ? await readFile(large) : await enlarged(page, "/examples/rocket.jpg");
    const slow = await rounds(page, () => visit.drop({ name: "large.jpg", bytes, kind: "image/jpeg" }));
    const stages = (await visit.report()).timings;
    return [
      ...marks(quick, "chromium, 512 x 512"),
      ...marks(slow, "chromium, 12 megapixels"),
      ...stages.map(({ stage, ms }) => ({ place: "chromium, 12 megapixels", stage, ms: Math.round(ms * 10) / 10 })),
    ];
  });
}

/** Records of the same times with pools of one, two and three workers, which take turns; the best of so many rounds. */
export async function poolTimes(browser, small, large, rounds) {
  const visits = [];
  for (const workers of POOLS) {
    const visit = await browser.visit();
    await openWithModels(visit, `/?workers=${workers}`);
    visits.push({ workers, visit, times: { small: [], large: [] } });
  }
  const pictures = { small, large: { name: "large.jpg", bytes: await readFile(large), kind: "image/jpeg" } };
  for (let round = -1; round < rounds; round += 1) {
    for (const { visit, times } of visits) {
      for (const [size, picture] of Object.entries(pictures)) {
        const time = await once(visit.page, () => visit.drop(picture));
        // The first one warms up.
        if (round >= 0) times[size].push(time);
      }
    }
  }
  for (const { visit } of visits) await visit.close();
  return visits.flatMap(({ workers, times }) => [
    ...marks(times.small, `chromium, 512 x 512, workers: ${workers}`),
    ...marks(times.large, `chromium, 12 megapixels, workers: ${workers}`),
    longest([...times.small, ...times.large], `chromium, both, workers: ${workers}`),
  ]);
}

async function openWithModels(visit, path) {
  await visit.open(path);
  const settled = () => performance.getEntriesByName("iia:models").length > 0;
  await visit.page.waitForFunction(settled, null, { timeout: 120_000 });
}

/** Drops a picture a few times; the times of each. */
async function rounds(page, drop) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await once(page, drop));
  return times;
}

/** Drops a picture; the times to its first and to its full result, and the longest piece of work on the page's own thread. */
async function once(page, drop) {
  await page.evaluate(() => {
    performance.clearMarks();
    window.longest = 0;
    window.observer ??= new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    });
    window.observer.observe({ type: "longtask" });
  });
  await drop();
  await page.waitForFunction(() => performance.getEntriesByName("iia:full").length > 0, null, { timeout: 90_000 });
  return page.evaluate(() => {
    const at = (name) => performance.getEntriesByName(name)[0].startTime;
    return { first: at("iia:first") - at("iia:drop"), full: at("iia:full") - at("iia:drop"), longest: window.longest };
  });
}

/** The longest piece of work on the page's own thread; none is told that took 50 ms or less. */
function longest(times, place) {
  return { place, stage: "longest-task-above-50-ms", ms: Math.round(Math.max(...times.map((t) => t.longest))) };
}

/** The best of several rounds: what else the machine does slows a round down, never speeds it up. */
function marks(times, place) {
  const best = (name) => Math.round(Math.min(...times.map((t) => t[name])));
  return [
    { place, stage: "drop-to-first-result", ms: best("first") },
    { place, stage: "drop-to-full-result", ms: best("full") },
  ];
}

/** One of our pictures as a JPEG of 12 megapixels. */
async function enlarged(page, address) {
  const data = await page.evaluate(async ({ address, sides: [width, height] }) => {
    const picture = await createImageBitmap(await (await fetch(address)).blob());
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width, height);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })).arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return btoa(text);
  }, { address, sides: LARGE });
  return Buffer.from(data, "base64");
}
