// What axe finds on a page, as lines.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The rules of those that ask for colours. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** Of the page as it is, in light colours and in dark ones; `look` is called with each. */
export async function violations(page, look = async () => undefined) {
  await page.evaluate(AXE);
  const found = [];
  // What the two do not differ in is asked once.
  for (const [colorScheme, runOnly] of [["dark", { type: "rule", values: COLOURS }], ["light", { type: "tag", values: TAGS }]]) {
    await page.emulateMedia({ colorScheme });
    await look(colorScheme);
    const of = await page.evaluate(async (runOnly) => (await globalThis.axe.run(document, { runOnly })).violations, runOnly);
    found.push(...of.flatMap((v) => v.nodes.map((n) => `${colorScheme}: ${v.id}: ${n.target.join(" ")} (${n.failureSummary?.split("\n")[1]?.trim()})`)));
  }
  return found;
}
