// A browser in which everything is late, so that a test which looks before something has come about does not pass by luck.

/** The processor of a page is so much slower. */
const SLOWER = 3;

/** Style sheets, timers, answers and what workers tell come so many milliseconds later in all pages of `context`. */
export async function makeLate(context, ms) {
  await context.addInitScript(late, ms);
  await context.route(/\.css$/, async (route) => {
    await new Promise((r) => setTimeout(r, ms));
    await route.fallback();
  });
  context.on("page", async (page) => {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  });
}

/** Runs in the page, before its own scripts. */
function late(ms) {
  const { setTimeout: after, requestIdleCallback: idle, fetch: get } = globalThis;
  const wait = () => new Promise((done) => after(done, ms));
  globalThis.setTimeout = (work, least = 0, ...more) => after(work, least + ms, ...more);
  globalThis.requestIdleCallback = (work, ...options) => idle((...left) => after(() => work(...left), ms), ...options);
  globalThis.fetch = async (...request) => {
    const answer = await get(...request);
    await wait();
    return answer;
  };
  const { set, ...rest } = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
  Object.defineProperty(Worker.prototype, "onmessage", {
    ...rest,
    set(hear) { set.call(this, hear && ((event) => after(() => hear.call(this, event), ms))); },
  });
}
