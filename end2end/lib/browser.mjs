// A real Chromium, for each visit a context that knows nothing of the others, and what tests do on the page.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { chromium } from "playwright-core";
import { makeLate } from "./late.mjs";

export const FLAGS = [
  "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** How long a reading may take on a slow machine. */
export const READING_MS = 150_000;

/** How long anything else may take there. */
const PATIENCE_MS = 90_000;

export class Browser {
  constructor(url) {
    this.url = url;
    this.visits = new Set();
  }

  /**
   * Opens a fresh context; `options` are Playwright's (viewport, colorScheme, javaScriptEnabled, ...). Starting Chromium takes longer
   * than many a test, so visits share one, but for those that want it with `args` of their own.
   */
  async visit(options = {}) {
    const { args, url = this.url, ...rest } = options;
    const own = args?.length ? await launch(args) : undefined;
    const chrome = own ?? (await (this.shared ??= launch([])));
    const context = await chrome.newContext({ ...DESKTOP, ...rest });
    context.setDefaultTimeout(PATIENCE_MS);
    const visit = new Visit(context, own, url);
    await visit.init();
    this.visits.add(visit);
    return visit;
  }

  /** A visit that is closed whatever happens; console errors fail it. */
  async with(options, run) {
    const visit = await this.visit(options);
    try {
      const result = await run(visit, visit.page);
      visit.assertQuiet(options.allow ?? []);
      return result;
    } finally {
      this.visits.delete(visit);
      await visit.close();
    }
  }

  async close() {
    for (const visit of this.visits) await visit.close();
    await (await this.shared)?.close();
  }
}

/**
 * With a new profile, which Playwright makes and removes. Now and then a Chromium breaks while it starts, before it has seen anything of
 * ours: then it is started again, and that is said.
 */
async function launch(args, starts = 3) {
  try {
    return await chromium.launch({ executablePath: process.env.IIA_CHROMIUM ?? "/usr/bin/chromium", args: [...FLAGS, ...args] });
  } catch (error) {
    if (starts === 1) throw error;
    // The first line of standard output is the address of who runs plans for others (executor.mjs).
    console.error(`    Chromium did not start and is started again: ${error.message.split("\n")[0]}`);
    return launch(args, starts - 1);
  }
}

/**
 * A click that opens a page is over when that page has loaded. Playwright's is over when its first bytes are there: what asks without
 * waiting then, `count()` and axe among them, now and then saw half a page, or one without its style sheet.
 */
function clicksWait(page) {
  const locators = Object.getPrototypeOf(page.locator("html"));
  if (locators.clicksWait) return;
  const { click } = locators;
  Object.assign(locators, {
    clicksWait: true,
    async click(...options) {
      await click.apply(this, options);
      // Where no page was opened this one has loaded; where the click closed it, or led to a download, there is nothing to wait for.
      if (!this.page().isClosed()) await this.page().waitForLoadState("load");
    },
  });
}

export class Visit {
  /** `own`: a Chromium that ends with the visit. */
  constructor(context, own, url) {
    Object.assign(this, { context, own, url, errors: [], requests: [] });
  }

  async init() {
    if (process.env.IIA_LATE) await makeLate(this.context, Number(process.env.IIA_LATE));
    this.page = await this.context.newPage();
    clicksWait(this.page);
    this.page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(`${message.text()} (${message.location().url ?? ""})`);
    });
    this.page.on("pageerror", (error) => this.errors.push(`uncaught: ${error.message}`));
    this.context.on("request", (request) => {
      this.requests.push({ method: request.method(), url: request.url(), bytes: request.postDataBuffer()?.length ?? 0 });
    });
  }

  /** Opens an address and waits until the page's program, if it has one, has taken over. */
  async open(path = "/") {
    await this.page.goto(this.url + path, { waitUntil: "load" });
    await this.ready();
  }

  async ready() {
    // Pages that the server makes alone have no program.
    if (!(await this.page.locator('script[src="/start.js"]').count())) return;
    await this.page.waitForSelector("html[data-ready]", { state: "attached", timeout: 60_000 });
  }

  /** Drops pictures onto the page, as a person does. */
  async drop(...pictures) {
    const list = await Promise.all(pictures.map(asFile));
    const transfer = await this.page.evaluateHandle((list) => {
      const transfer = new DataTransfer();
      for (const { name, data, kind } of list) {
        const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: kind }));
      }
      return transfer;
    }, list);
    await this.page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
    await this.page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  }

  /** Lets no model come until what it returns is called. */
  async holdModels() {
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await this.page.route("**/models/*.onnx*", async (route) => {
      await held;
      await route.continue();
    });
    return release;
  }

  /** Waits until this device has read the picture (with its models, if they can be had). */
  async read(timeout = READING_MS) {
    await this.page.waitForSelector(".where .dot.good", { timeout });
  }

  /** Waits for the line above the sentence to say this. */
  async says(words, timeout = READING_MS) {
    await this.page.waitForFunction(
      (words) => document.querySelector(".where")?.textContent.replace(/\s+/g, " ").includes(words), words, { timeout },
    );
  }

  /** The line above the sentence; no-break spaces become plain ones. */
  async where() {
    return (await this.page.locator(".where").innerText()).replace(/\s+/g, " ");
  }

  async sentence() {
    return (await this.page.locator(".said .sentence.read").innerText()).replace(/\s+/g, " ").trim();
  }

  /** The report that the page would save as JSON. */
  async report() {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.page.getByRole("button", { name: "JSON", exact: true }).click(),
    ]);
    return JSON.parse(await readFile(await download.path(), "utf8"));
  }

  /** Fails on any console error besides those that match `allow`. */
  assertQuiet(allow) {
    const loud = this.errors.filter((e) => !allow.some((pattern) => pattern.test(e)));
    if (loud.length) throw new Error(`console errors:\n${loud.join("\n")}`);
  }

  async close() {
    await this.context.close().catch(() => undefined);
    await this.own?.close().catch(() => undefined);
  }
}

async function asFile(picture) {
  if (typeof picture !== "string") {
    const data = Buffer.from(picture.bytes).toString("base64");
    return { name: picture.name, data, kind: picture.kind ?? "application/octet-stream" };
  }
  const kinds = { png: "image/png", jpg: "image/jpeg", webp: "image/webp" };
  const name = basename(picture);
  return { name, data: (await readFile(picture)).toString("base64"), kind: kinds[name.split(".").pop()] ?? "" };
}
