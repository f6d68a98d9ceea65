// People: what they do with their accounts, to its end, in a browser: it counts, the right mails are sent, other sessions end.

import { readFileSync } from "node:fs";
import { READING_MS } from "../lib/browser.mjs";
import { both, of, refuses, submit, table, visit } from "../lib/forms.mjs";
import { equal, ok } from "../lib/harness.mjs";
import { linkFor, mailFor } from "../lib/mail.mjs";
import { PASSWORD, ask, lengthenWaits, logIn, member, newcomer, secrets, sql, text } from "../lib/people.mjs";
import { example } from "../lib/places.mjs";
import { startServer } from "../lib/server.mjs";

const OTHER = "Another-Sunflower-42!";

/** Whether a page for those who are logged in is shown. */
async function isIn(page, at) {
  await page.goto(`${at.url}/profile`);
  return new URL(page.url()).pathname === "/profile";
}

const status = async (at, login, password) => (await ask(at, "/v1/token", { login, password })).status;

const read = (page, at, picture, query = "") => page.request.post(`${at.url}/v1/analyses${query}`, {
  headers: { "content-type": "image/jpeg" }, data: readFileSync(example(picture)), timeout: READING_MS,
});

export function peopleChangeTests(describe, it, { browser, place }) {
  const { server } = place;
  describe(`${place.name}, changes`, () => {
    it("a new password, and what a thief had asked for with the old one", async () => {
      const at = await server();
      const { email } = await member(at, "Lada");
      secrets.add(OTHER);
      await visit(browser, at, async (thief) => {
        await logIn(at, thief, "Lada", "/login?next=/profile");
        await submit(thief, of("email"), { email: "not-lada@example.org", password: PASSWORD });
        await thief.getByText("A link is on its way").waitFor();
        const link = await linkFor(at.data, "not-lada@example.org", "/confirm-email");
        secrets.add(new URL(link).searchParams.get("token"));
        await mailFor(at.data, email, /A new address for your account/);
        await visit(browser, at, async (page) => {
          await logIn(at, page, "Lada", "/login?next=/profile");
          await submit(page, of("password"), { old_password: PASSWORD, ...both(OTHER) });
          await page.getByText("The other sessions have ended").waitFor();
          ok(await isIn(page, at), "who changed it is logged in");
        });
        ok(!(await isIn(thief, at)), "the thief is logged in");
        await thief.goto(link);
        await thief.getByRole("button", { name: "Confirm the address" }).click();
        await thief.getByRole("heading", { name: "This link does not work" }).waitFor();
      });
      await mailFor(at.data, email, /password was changed/);
      equal([await status(at, email, PASSWORD), await status(at, email, OTHER)], [401, 200], "the old and the new one");
    });

    it("a new address, and a link in the old mailbox", async () => {
      const at = await server();
      const { email: old } = await member(at, "Zirka");
      const email = "zirka-now@example.org";
      await ask(at, "/v1/accounts/password/forgotten", { email: old });
      const reset = await linkFor(at.data, old, "/reset");
      secrets.add(new URL(reset).searchParams.get("token"));
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Zirka", "/login?next=/profile");
        await submit(page, of("email"), { email, password: PASSWORD });
        await page.getByText("A link is on its way").waitFor();
        equal(await status(at, email, PASSWORD), 401, "not yet");
        const link = await linkFor(at.data, email, "/confirm-email");
        secrets.add(new URL(link).searchParams.get("token"));
        await visit(browser, at, async (elsewhere) => {
          await elsewhere.goto(link);
          await elsewhere.getByRole("button", { name: "Confirm the address" }).click();
          await elsewhere.getByText("Your address is confirmed").waitFor();
        });
        ok(!(await isIn(page, at)), "the sessions of before go on");
        await page.goto(reset);
        await submit(page, "main form", both(OTHER));
        await page.getByRole("heading", { name: "This link does not work" }).waitFor();
      });
      for (const mailbox of [old, email]) await mailFor(at.data, mailbox, /Your address was changed/);
      equal([await status(at, old, PASSWORD), await status(at, email, PASSWORD)], [401, 200], "the old and the new one");
    });

    it("everything is saved, the account goes, and stays after all", async () => {
      const at = await server();
      const { email } = await member(at, "Myron");
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Myron", "/login?next=/profile");
        const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Save everything" }).click()]);
        const archive = readFileSync(await download.path());
        ok(archive.subarray(0, 2).toString() === "PK" && archive.includes("manifest.json"), "no archive");
        const [week, before] = [7 * 24 * 3600 * 1000, Date.now()];
        await submit(page, of("delete"), { password: PASSWORD });
        await page.getByText("Until then you can keep it after all").waitFor();
        const goes = new Date((await (await page.request.get(`${at.url}/v1/profile`)).json()).delete_at);
        ok(goes >= before + week && goes <= Date.now() + week, `it goes at ${goes}`);
        const day = goes.toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
        ok((await text(page)).includes(`will be deleted on ${day}.`), await text(page));
        await mailFor(at.data, email, /will be deleted/);
        await page.getByRole("button", { name: "Keep it after all" }).click();
        await page.getByText("Your account stays").waitFor();
        ok(!(await text(page)).includes("will be deleted on"), await text(page));
      });
    });

    it("the history by day, one analysis of it, and what the profile looks for", async () => {
      const at = await server();
      await member(at, "Ostap");
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Ostap", "/login?next=/profile");
        for (const box of await page.locator(`${of("profile")} [name=task]`).all()) {
          await box.setChecked((await box.getAttribute("value")) === "tags");
        }
        await page.locator(`${of("profile")} button`).click();
        await page.getByText("Saved.").waitFor();
        const first = await (await read(page, at, "cat.jpg")).json();
        ok(first.tags.length && !first.objects.length, "more was looked for than the profile says");
        const second = await (await read(page, at, "cat.jpg", "?tasks=tags,objects")).json();
        ok(second.objects.length, "what the request says counts");
        // A week ago, at noon where they live.
        const day = new Date(Date.now() - 7 * 24 * 3600 * 1000).toISOString().slice(0, 10);
        sql(at, `UPDATE analyses SET created_at_ms = ${Date.parse(`${day}T12:00:00Z`)} WHERE id = '${first.id}'`);
        const shown = async (query) => {
          await page.goto(`${at.url}/history`);
          for (const [name, value] of Object.entries(query)) await page.locator(`form.search [name=${name}]`).fill(value);
          await page.getByRole("button", { name: "Search" }).click();
          await page.waitForURL(/\?/);
          return page.locator(".gallery > li a").evaluateAll((all) => all.map((a) => a.getAttribute("href").split("/").at(-1)));
        };
        equal(await shown({ from: day, to: day }), [first.id], "of that day");
        const sheet = await page.request.get(at.url + await page.getByRole("link", { name: "CSV" }).getAttribute("href"));
        equal((await sheet.text()).trim().split("\n").length, 2, "a head and a line");
        equal(await shown({ to: new Date(Date.parse(day) - 1000).toISOString().slice(0, 10) }), [], "before it");
        const next = new Date(Date.parse(day) + 24 * 3600 * 1000).toISOString().slice(0, 10);
        equal(await shown({ from: next }), [second.id], "after it");
        await page.locator(".gallery a").first().click();
        await page.getByText("Delete …").click();
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByText("Deleted.").waitFor();
        equal(await page.locator(".gallery > li").count(), 1, "what is left");
      });
    });

    it("one session is ended, and the other goes on", async () => {
      const at = await server();
      await member(at, "Hanna");
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Hanna", "/login?next=/sessions");
        await visit(browser, at, async (other) => {
          await logIn(at, other, "Hanna");
          await page.reload();
          await page.getByRole("button", { name: /^End the session on/ }).click();
          await page.getByText("Ended.").waitFor();
          equal(await page.locator(".things > li").count(), 1, "sessions that are left");
          ok(!(await isIn(other, at)), "the one that was ended");
          ok(await isIn(page, at), "this one");
        });
      });
    });

    it("whoever guesses keeps nobody out of a browser that they know", async () => {
      const at = await server();
      const { email } = await member(at, "Danylo");
      await visit(browser, at, async (owner) => {
        await logIn(at, owner, "Danylo");
        await owner.locator("details.menu summary").click();
        await owner.getByRole("button", { name: "Log out" }).click();
        await owner.getByText("You are logged out").waitFor();
        for (let i = 0; i < 6; i += 1) await status(at, email, OTHER);
        // No other account of these tests waits so.
        lengthenWaits(at, 5, 9);
        await visit(browser, at, (stranger) => table(stranger, {
          path: `${at.url}/login`, form: "main form", good: { login: email, password: PASSWORD }, rows: [[{}, /Try again in/]],
        }));
        await logIn(at, owner, "Danylo");
      });
    });

    it("of two who register or confirm at once one does", async () => {
      const at = await server();
      const name = "Bohdana";
      await visit(browser, at, (one) => visit(browser, at, async (two) => {
        const pages = [one, two];
        await Promise.all(pages.map(async (page) => {
          await page.goto(`${at.url}/register`);
          for (const [label, value] of Object.entries(newcomer(name))) await page.getByLabel(label, { exact: true }).fill(value);
        }));
        await Promise.all(pages.map((page) => page.getByRole("button", { name: "Register" }).click()));
        for (const page of pages) await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
        // Two mails, and the link of the account that was made last.
        const links = new Set();
        while (links.size < 2) links.add(await linkFor(at.data, "bohdana@example.org", "/confirm", { not: [...links] }));
        const worked = [];
        for (const link of links) {
          secrets.add(new URL(link).searchParams.get("token"));
          await Promise.all(pages.map((page) => page.goto(link)));
          await Promise.all(pages.map((page) => page.getByRole("button", { name: "Confirm the address" }).click()));
          for (const page of pages) {
            await page.getByText(/Your address is confirmed|This link does not work/).first().waitFor();
            worked.push((await text(page)).includes("Your address is confirmed"));
          }
        }
        equal(worked.filter(Boolean).length, 1, `clicks that worked of ${worked.length}`);
      }));
      equal(await status(at, "bohdana@example.org", PASSWORD), 200, "the account");
    });

    // A second server on one PostgreSQL would send the mails that the tests beside this one wait for.
    if (place.isFirst) it("among friends it is told what is taken", async () => {
      const { env } = await server();
      const own = await startServer({ env: { ...env, IIA_REVEAL_ACCOUNTS: "true" } });
      try {
        await member(own, "Sofia");
        await visit(browser, own, async (page) => {
          await table(page, {
            path: `${own.url}/register`, form: "main form",
            good: { first_name: "Sofia", last_name: "R", email: "other@example.org", username: "", ...both(PASSWORD) },
            rows: [[{ email: "SOFIA@example.org" }, { email: /already/ }], [{ username: "Sofia" }, { username: /already/ }]],
          });
          await logIn(own, page, "Sofia", "/login?next=/profile");
          await submit(page, of("email"), { email: "sofia@example.org", password: PASSWORD });
          await page.getByText("A link is on its way").waitFor();
          await member(own, "Rusana");
          await page.goto(`${own.url}/profile`);
          await submit(page, of("email"), { email: "rusana@example.org", password: PASSWORD });
          await refuses(page, { email: /already/ }, "a new address that is taken");
        });
      } finally {
        await own.stop();
      }
    });
  });
}
