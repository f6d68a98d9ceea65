// The style sheet's tokens: text stands out from its ground at least 4.5 : 1 in both schemes, marks 3 : 1.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../lib/places.mjs";
import { ok } from "../lib/harness.mjs";

/** Text on grounds, and marks on grounds. */
const TEXT = [
  ["ink", "paper"], ["ink", "sheet"], ["ink", "well"], ["soft", "paper"], ["soft", "sheet"], ["soft", "well"],
  ["on-accent", "accent"], ["accent", "paper"], ["bad", "sheet"], ["bad", "paper"],
];
const MARKS = [["accent", "paper"], ["accent", "sheet"], ["good", "paper"], ["warn", "paper"], ["bad", "paper"]];

export function contrastTests(describe, it) {
  describe("contrast", () => {
    for (const scheme of ["light", "dark"]) {
      it(`tokens, ${scheme}`, async () => {
        const tokens = readTokens(await readFile(join(ROOT, "public/page.css"), "utf8"), scheme);
        const check = (pairs, least) => {
          for (const [front, ground] of pairs) {
            const ratio = contrast(tokens[front], tokens[ground]);
            ok(ratio >= least, `--${front} on --${ground} is ${ratio.toFixed(2)} : 1, less than ${least} : 1`);
          }
        };
        check(TEXT, 4.5);
        check(MARKS, 3);
        // A box's name is #111 on its evidence colour, in both schemes.
        for (const n of [1, 2, 3, 4, 5, 6]) {
          const ratio = contrast(tokens[`e${n}`], luminance(hex("#111111")));
          ok(ratio >= 4.5, `a label on --e${n} is ${ratio.toFixed(2)} : 1`);
        }
      });
    }
  });
}

/** Luminance of each custom property of :root in one scheme. */
function readTokens(css, scheme) {
  const root = css.slice(css.indexOf(":root {"), css.indexOf("}", css.indexOf(":root {")));
  const tokens = {};
  for (const [, name, value] of root.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)) {
    const pair = value.match(/^light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)$/);
    const color = pair ? pair[scheme === "light" ? 1 : 2] : value.trim();
    if (color.startsWith("oklch(")) tokens[name] = luminance(oklch(color));
    else if (/^#[0-9a-f]{6}$/i.test(color)) tokens[name] = luminance(hex(color));
  }
  return tokens;
}

/** Linear sRGB of `oklch(L% C H)` (Björn Ottosson's matrices), clipped to the gamut. */
function oklch(text) {
  const [l, c, h] = text.slice(6, -1).split(/\s+/).map(parseFloat);
  const [L, a, b] = [l / 100, c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const [x, y, z] = [
    (L + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (L - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (L - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ].map((v) => Math.min(1, Math.max(0, v)));
}

function hex(text) {
  return [1, 3, 5].map((at) => {
    const v = parseInt(text.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
}

const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a, b) {
  const [light, dark] = a > b ? [a, b] : [b, a];
  return (light + 0.05) / (dark + 0.05);
}
