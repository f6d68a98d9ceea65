// Clauses and their evidence light each other; everything by keyboard.

import { equal, ok } from "../lib/harness.mjs";
import { PHONE } from "../lib/browser.mjs";
import { example, showPicture } from "../lib/places.mjs";

const lit = (page) =>
  page.evaluate(() => ({
    clauses: [...document.querySelectorAll(".clause.lit")].map((e) => e.id),
    boxes: [...document.querySelectorAll(".box.lit")].map((e) => e.id),
    dimmed: document.querySelector("figure").classList.contains("one"),
  }));

export function evidenceTests(describe, it, { browser }) {
  describe("evidence", () => {
    it("a clause lights its boxes in its own colour, a box its clause, Escape lets go", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        await visit.drop(showPicture());
        await visit.read();
        const report = await visit.report();
        const clause = report.description.clauses.find((c) => c.findings.some((f) => f.startsWith("o")));
        ok(clause, "no clause rests on an object");
        const boxes = clause.findings.filter((f) => /^[of]/.test(f)).map((f) => `box-${f}`).sort();

        await page.hover(`#clause-${clause.id}`);
        let now = await lit(page);
        equal(now.clauses, [`clause-${clause.id}`], "lit clauses");
        equal(now.boxes.sort(), boxes, "lit boxes");
        ok(now.dimmed, "the others are not dimmed");
        const colors = await page.evaluate(([clause, box]) => {
          const of = (id) => getComputedStyle(document.getElementById(id)).getPropertyValue("--c");
          return [of(clause), of(box)];
        }, [`clause-${clause.id}`, boxes[0]]);
        equal(colors[0], colors[1], "colour of clause and box");

        await page.mouse.move(2, 2);
        ok(!(await lit(page)).dimmed, "leaving does not let go");
        await page.focus(`#${boxes[0]}`);
        ok((await lit(page)).clauses.includes(`clause-${clause.id}`), "a box does not light its clause");
        await page.keyboard.press("Escape");
        now = await lit(page);
        equal([now.clauses, now.boxes, now.dimmed], [[], [], false], "after Escape");
      }));

    it("boxes stay on their things at every width", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        await visit.drop(showPicture());
        await visit.read();
        const report = await visit.report();
        const object = report.objects[0];
        for (const width of [1440, 1000, 700, 390]) {
          await page.setViewportSize({ width, height: 900 });
          const [picture, box] = await page.evaluate((id) => {
            const of = (e) => { const { x, y, width, height } = e.getBoundingClientRect(); return { x, y, width, height }; };
            return [of(document.querySelector("figure img")), of(document.querySelector(`#box-${id} .line`))];
          }, object.id);
          const scale = picture.width / report.image.width;
          const away = Math.max(
            Math.abs(picture.x + object.box.x * scale - box.x), Math.abs(picture.y + object.box.y * scale - box.y),
            Math.abs(object.box.width * scale - box.width), Math.abs(object.box.height * scale - box.height),
          );
          ok(away <= 3, `at ${width} px the box is ${away.toFixed(1)} px off`);
        }
      }));

    it("with the keyboard alone: choose an example, walk, list the keys, ask for boxes off", () =>
      browser.with({}, async (visit, page) => {
        await visit.open();
        const name = () => page.evaluate(() => document.activeElement?.querySelector("img")?.alt ?? document.activeElement?.textContent ?? "");
        for (let at = 0; at < 25 && (await name()) !== "an astronaut"; at += 1) await page.keyboard.press("Tab");
        equal(await name(), "an astronaut", "what Tab reaches");
        await page.keyboard.press("Enter");
        await visit.read();

        await page.evaluate(() => document.activeElement?.blur());
        await page.keyboard.press("ArrowRight");
        const first = await page.evaluate(() => document.activeElement?.id);
        ok(first?.startsWith("clause-"), `arrows begin at ${first}`);
        const seen = new Set([first]);
        for (let at = 0; at < 30; at += 1) {
          await page.keyboard.press("ArrowDown");
          seen.add(await page.evaluate(() => document.activeElement?.id));
        }
        ok([...seen].some((id) => id.startsWith("box-")), "arrows do not reach the boxes");
        await page.keyboard.press("Escape");
        ok(!(await lit(page)).dimmed, "Escape does not let go");

        for (const time of ["first", "second"]) {
          await page.keyboard.press("?");
          await page.waitForSelector("[role=dialog]");
          equal(await page.evaluate(() => document.activeElement?.textContent), "Close", `focus in the list of keys, the ${time} time`);
          await page.keyboard.press("Escape");
          await page.waitForSelector("[role=dialog]", { state: "detached" });
        }
        await page.keyboard.press("b");
        equal(await page.locator("figure svg").count(), 0, "boxes after B");
      }));

    it("tapping a clause on a phone lights its evidence", () =>
      browser.with(PHONE, async (visit, page) => {
        await visit.open();
        await visit.drop(example("astronaut.jpg"));
        await visit.read();
        await page.locator(".clause").first().tap();
        equal((await lit(page)).clauses.length, 1, "lit clauses");
      }));
  });
}
