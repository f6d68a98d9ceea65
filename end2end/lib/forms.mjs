// Forms in a browser: filled in by the names of their fields, and what comes back when they are refused.

import { equal, ok } from "./harness.mjs";
import { REFUSALS } from "./people.mjs";

let networks = 0;
/** A browser from a network of its own: whoever fails there holds nobody else up. */
export function visit(browser, at, run) {
  networks += 1;
  const extraHTTPHeaders = { "x-forwarded-for": `10.100.${networks}.1` };
  return browser.with({ url: at.url, allow: REFUSALS, extraHTTPHeaders }, (_, page) => run(page));
}

/** Puts values into the fields of a form, by their names and all at once, and sends it. */
export async function submit(page, form, values) {
  const fields = page.locator(form);
  await fields.evaluate((form, values) => {
    // What is not done by accident is folded away.
    const folded = form.closest("details");
    if (folded) folded.open = true;
    for (const [name, value] of Object.entries(values)) {
      const named = form.querySelectorAll(`[name="${name}"]`);
      if (!named.length) throw new Error(`there is no ${name}`);
      for (const field of named) field[typeof value === "boolean" ? "checked" : "value"] = value;
    }
  }, values);
  await fields.locator("button").first().click();
}

/** What the page says is wrong: by field, and above. */
const wrong = (page) => page.evaluate(() => ({
  title: document.title,
  focused: Boolean(document.activeElement?.closest(".summary")),
  summary: document.querySelector(".summary")?.innerText ?? "",
  // A way to each field, which is there.
  ways: [...document.querySelectorAll(".summary a")].map((a) => Boolean(document.querySelector(a.getAttribute("href")))),
  fields: Object.fromEntries([...document.querySelectorAll("p.error")].map((error) => {
    const field = document.getElementById(error.id.replace(/-error$/, ""));
    const described = field?.getAttribute("aria-describedby")?.split(" ").includes(error.id);
    const told = field?.tagName === "FIELDSET" || field?.getAttribute("aria-invalid") === "true";
    return [error.id.replace(/^[a-z]+-|-error$/g, ""), described && told ? error.innerText : `${error.innerText} (no field)`];
  })),
  passwords: [...document.querySelectorAll("input[type=password]")].every((field) => field.value === ""),
}));

/** Waits for the focus to be there, which a browser moves when it next draws the page; false where it is not for a while. */
export const focused = (page, selector) =>
  page.waitForFunction((selector) => document.activeElement?.matches(selector), selector, { timeout: 10_000 }).then(() => true, () => false);

/** The form came back: with that beside those fields, or, for an expression, above them; focused, passwords emptied. */
export async function refuses(page, expected, what) {
  await page.locator(".summary").waitFor();
  // Whether it is is said below.
  await focused(page, ".summary");
  const found = await wrong(page);
  const said = `${what}: ${JSON.stringify(found)}`;
  ok(found.focused && found.title.startsWith("Not yet") && found.passwords && found.ways.every(Boolean), said);
  if (expected instanceof RegExp) return ok(expected.test(found.summary), said);
  equal(Object.keys(found.fields).sort(), Object.keys(expected).sort(), said);
  for (const [name, pattern] of Object.entries(expected)) ok(pattern.test(found.fields[name]), said);
}

/** Every row: the good values but for some, and what is said; then again in the form that came back. */
export async function table(page, { path, form, good, rows }) {
  await page.goto(path);
  for (const [change, expected] of rows) {
    await submit(page, form, { ...good, ...change });
    await refuses(page, expected, `${path} ${JSON.stringify(change)}`);
  }
}

export const of = (what) => `main form:has(input[name=do][value=${what}])`;
export const both = (password) => ({ password, password_confirmation: password });
