// Where the tests' pictures lie.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)));
export const EXAMPLES = join(ROOT, "public/examples");
export const GOLDEN = join(ROOT, "golden");

/** Pictures beside the checkout, which may not be shipped; none where there are none. */
export const SHARED = process.env.IIA_SHARED ?? join(ROOT, "../shared");

export const example = (name) => join(EXAMPLES, name);

/** A picture for showing the page: one with people and animals if it is there, else one of ours. */
export function showPicture() {
  const horses = join(SHARED, "images/beach_horses.jpg");
  return existsSync(horses) ? horses : example("astronaut.jpg");
}
