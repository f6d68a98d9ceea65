// People: an account from its first form to its last, by mouse, by keyboard, on a phone, and without a script.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { violations } from "../lib/axe.mjs";
import { DESKTOP, PHONE, READING_MS } from "../lib/browser.mjs";
import { focused } from "../lib/forms.mjs";
import { equal, ok } from "../lib/harness.mjs";
import { linkFor } from "../lib/mail.mjs";
import {
  NO_SCRIPT, PASSWORD, REFUSALS, fill, logIn, makeAdministrator, newcomer, register, secrets, send, text, totp,
} from "../lib/people.mjs";
import { example } from "../lib/places.mjs";

const SHOTS = process.env.IIA_SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

export function peopleTests(describe, it, { browser, place }) {
  const { server } = place;
  describe(place.name, () => {
    it("an account from register to log out, without a script", async () => {
      const at = await server();
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        page.setDefaultNavigationTimeout(READING_MS);
        for (const picture of ["coffee.jpg", "cat.jpg"]) {
          await send(page, at.url, picture);
          await page.waitForSelector(".sentence.read");
        }
        await send(page, at.url, "rocket.jpg");
        ok(/used up/.test(await text(page)), await text(page));

        await register(at, page, "Olena");
        await logIn(at, page, "Olena");
        equal(new URL(page.url()).pathname, "/history", "where the login leads");
        await page.getByRole("button", { name: "Keep these 2 analyses" }).click();
        equal(await page.locator(".gallery > li").count(), 2, "what was read before");

        for (const picture of ["rocket.jpg", "astronaut.jpg", "coffee.jpg"]) {
          await send(page, at.url, picture);
          await page.waitForSelector(".sentence.read");
        }
        await page.goto(`${at.url}/history`);
        equal(await page.locator(".gallery > li").count(), 5, "what was read with an account");

        await page.getByLabel("Words", { exact: true }).fill("cup");
        await page.getByRole("button", { name: "Search" }).click();
        const found = await page.locator(".gallery > li").count();
        ok(found >= 1 && found < 5, `${found} found by a word`);
        await page.goto(`${at.url}/history`);
        await page.getByLabel("Object", { exact: true }).fill("cup");
        await page.getByRole("button", { name: "Search" }).click();
        const cups = await page.locator(".gallery > li").count();
        ok(cups >= 1 && cups <= found, `${cups} found by an object`);
        const saved = await page.request.get(`${at.url}${await page.getByRole("link", { name: "JSON lines" }).getAttribute("href")}`);
        equal((await saved.text()).trim().split("\n").length, cups, "what was found, saved");
        await page.goto(`${at.url}/history?q=zeppelin`);
        ok((await text(page)).includes("Nothing of yours is like that"), await text(page));

        await page.goto(`${at.url}/history`);
        await page.locator(".gallery a").first().click();
        await page.waitForSelector(".sentence.read");
        const analysis = page.url();
        await fill(page, { Name: "The cup in the kitchen" }, "Rename");
        equal(await page.locator("h1").innerText(), "The cup in the kitchen", "its name");

        await page.getByRole("button", { name: "Make a link" }).click();
        const link = await page.getByLabel("The link").inputValue();
        await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, stranger) => {
          await stranger.goto(link);
          await stranger.waitForSelector(".sentence.read");
          equal((await stranger.goto(analysis)).url(), `${at.url}/login?next=${encodeURIComponent(new URL(analysis).pathname)}`,
            "somebody else's analysis");
        });
        await page.goto(analysis);
        await page.getByRole("button", { name: "Take back all links to it" }).click();
        equal((await page.goto(link)).status(), 404, "a link that was taken back");

        await page.goto(`${at.url}/history`);
        for (const box of await page.locator(".gallery input[type=checkbox]").all()) await box.check();
        await page.getByText("Delete the chosen ones").click();
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        ok((await text(page)).includes("The server has read nothing for you yet"), await text(page));

        await page.locator("details.menu summary").click();
        await page.getByRole("button", { name: "Log out" }).click();
        await page.getByText("You are logged out").waitFor();
        await page.goto(`${at.url}/history`);
        equal(page.url(), `${at.url}/login?next=%2Fhistory`, "after the log out");
      });
    });

    it("what is wrong is told beside its field, and focused", async () => {
      const at = await server();
      await browser.with({ url: at.url, allow: REFUSALS }, async (_, page) => {
        await page.goto(`${at.url}/register`);
        await fill(page, { "First name": "Тарас", "E-mail address": "nobody", "Password": "short" }, "Register");
        const summary = page.locator(".summary");
        await summary.waitFor();
        ok(await focused(page, ".summary"), "the summary is not focused");
        ok((await page.title()).startsWith("Not yet"), await page.title());
        equal(await page.getByLabel("First name").inputValue(), "Тарас", "what was typed");
        equal(await page.getByLabel("Password", { exact: true }).inputValue(), "", "the password");
        const link = summary.getByRole("link").first();
        const id = await link.getAttribute("href");
        const field = page.locator(id);
        await link.click();
        ok(await focused(page, id), "the link does not lead to its field");
        const described = (await field.getAttribute("aria-describedby")).split(" ").at(-1);
        equal(await field.getAttribute("aria-invalid"), "true", "the field's state");
        ok((await page.locator(`#${described}`).innerText()).length > 5, "nothing describes the field");
      });
    });

    it("nobody learns from the login who has an account", async () => {
      const at = await server();
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Halyna");
        const said = async (login) => {
          await page.goto(`${at.url}/login`);
          await fill(page, { "E-mail address or user name": login, "Password": "Wrong-Password-1!" }, "Log in");
          return page.locator(".summary").innerText();
        };
        equal(await said("halyna@example.org"), await said("nobody@example.org"), "what is said");
        await page.goto(`${at.url}/register`);
        await fill(page, newcomer("Halyna"), "Register");
        await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
      });
    });

    it("an open redirect is no way out", async () => {
      const at = await server();
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Ivan");
        await logIn(at, page, "Ivan", "/login?next=//evil.example/");
        equal(page.url(), `${at.url}/history`, "where the login leads");
      });
    });

    it("a forgotten password is replaced by the link in a mail", async () => {
      const at = await server();
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Nina");
        await page.goto(`${at.url}/forgot`);
        await fill(page, { "E-mail address": "nina@example.org" }, "Send the link");
        await page.goto(await linkFor(at.data, "nina@example.org", "/reset"));
        const link = page.url();
        await fill(page, { "New password": "weak", "The new password again": "weak" }, "Change the password");
        await page.locator(".summary").waitFor();
        const better = "Another-Sunflower-42!";
        await fill(page, { "New password": better, "The new password again": better }, "Change the password");
        await page.getByText("Your password is changed").waitFor();
        await fill(page, { "E-mail address or user name": "nina@example.org", "Password": better }, "Log in");
        await page.locator("details.menu").waitFor();
        await page.goto(link);
        await fill(page, { "New password": better, "The new password again": better }, "Change the password");
        ok((await text(page)).includes("This link does not work"), await text(page));
      });
    });

    it("profile, sessions and keys", async () => {
      const at = await server();
      await browser.with({ url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Petro");
        await logIn(at, page, "Petro", "/login?next=/profile");
        equal(new URL(page.url()).pathname, "/profile", "where the login leads");
        await page.getByLabel("Time zone").selectOption("America/New_York");
        await page.getByLabel("Keep my pictures with their analyses").check();
        await fill(page, { "First name": "Петро" }, "Save");
        await page.getByText("Saved.").waitFor();
        ok((await page.locator("details.menu summary").innerText()).startsWith("Петро"), "the header's name");
        equal(await page.getByLabel("Time zone").inputValue(), "America/New_York", "the time zone");

        await page.getByLabel("A picture").setInputFiles(example("astronaut.jpg"));
        await page.getByRole("button", { name: "Set the picture" }).click();
        await page.getByText("Your picture is set").waitFor();
        equal(await page.locator("img.avatar").evaluate((e) => e.naturalWidth), 256, "the picture");
        await page.getByRole("button", { name: "Remove the picture" }).click();
        await page.getByText("Your picture is gone").waitFor();

        await page.goto(`${at.url}/sessions`);
        equal(await page.locator(".things > li").count(), 1, "sessions");
        await browser.with({ ...NO_SCRIPT, url: at.url }, async (_, other) => {
          await logIn(at, other, "Petro");
          await page.reload();
          await page.getByRole("button", { name: "End all others" }).click();
          await page.getByText("Ended.").waitFor();
          await other.goto(`${at.url}/profile`);
          equal(new URL(other.url()).pathname, "/login", "a session that was ended");
        });

        await page.goto(`${at.url}/keys`);
        await fill(page, { Name: "camera" }, "Make the key");
        const key = await page.getByLabel("The key", { exact: true }).inputValue();
        secrets.add(key);
        const asked = (headers) => fetch(`${at.url}/v1/token/validation`, { headers });
        equal((await asked({ authorization: `Bearer ${key}` })).status, 200, "the key");
        await page.getByRole("link", { name: "I have copied it" }).click();
        ok(!(await page.content()).includes(key), "the key is shown again");
        await page.getByRole("button", { name: "Revoke the key camera" }).click();
        await page.getByText("The key is revoked").waitFor();
        equal((await asked({ authorization: `Bearer ${key}` })).status, 401, "the key that was revoked");
      });
    });

    it("kept pictures are shown small in the history, and to nobody else", async () => {
      const at = await server();
      await browser.with({ url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Daryna");
        await logIn(at, page, "Daryna", "/login?next=/profile");
        await page.getByLabel("Keep my pictures with their analyses").check();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved.").waitFor();
        const picture = await page.request.post(`${at.url}/v1/analyses`, {
          headers: { "content-type": "image/jpeg" }, data: readFileSync(example("cat.jpg")), timeout: READING_MS,
        });
        equal(picture.status(), 201, "an analysis");
        await page.goto(`${at.url}/history`);
        const small = page.locator(".gallery img");
        await small.scrollIntoViewIfNeeded();
        await page.waitForFunction(() => document.querySelector(".gallery img")?.naturalWidth > 0);
        ok((await small.evaluate((e) => e.naturalWidth)) <= 480, "it is not small");
        const address = await small.evaluate((e) => e.src);
        const link = await page.getByRole("link", { name: /^ZIP/ }).getAttribute("href");
        const archive = await page.request.get(at.url + link);
        equal(archive.headers()["content-type"], "application/zip", "the archive");
        ok((await archive.body()).includes("pictures/"), "no picture is in the archive");
        await browser.with({ url: at.url, allow: REFUSALS }, async (_, stranger) => {
          const answer = await stranger.goto(address);
          ok([401, 404].includes(answer.status()), `a stranger gets ${answer.status()}`);
        });
        await page.locator(".gallery a").first().click();
        await page.waitForFunction(() => document.querySelector("figure img")?.naturalWidth > 0);
      });
    });

    it("how strong a password is is told while it is typed", async () => {
      const at = await server();
      await browser.with({ url: at.url }, async (visit, page) => {
        await page.goto(`${at.url}/register`);
        const programs = () => visit.requests.filter((r) => r.url.includes("/pkg/")).map((r) => new URL(r.url).pathname);
        equal(programs(), [], "programs before anything is typed");
        const field = page.getByLabel("Password", { exact: true });
        await field.focus();
        const told = page.locator(".strength");
        await field.fill("password1");
        await told.getByText("Too easy to guess").waitFor();
        await field.fill(PASSWORD);
        await told.getByText(/Good|Strong/).waitFor();
        equal(programs().sort(), ["/pkg/password-meter.js", "/pkg/password-meter_bg.wasm"], "programs");
      });
    });

    it("everything by keyboard", async () => {
      const at = await server();
      await browser.with({ url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Roman");
        await page.goto(`${at.url}/login`);
        const tab = async (times = 1) => { for (let i = 0; i < times; i += 1) await page.keyboard.press("Tab"); };
        await page.getByLabel("E-mail address or user name").focus();
        await page.keyboard.type("roman@example.org");
        await tab();
        await page.keyboard.type(PASSWORD);
        await tab();
        await page.keyboard.press("Space");
        ok(await page.getByLabel("Stay logged in for 30 days").isChecked(), "the box is not ticked");
        await page.keyboard.press("Enter");
        await page.locator("details.menu").waitFor();
        const kept = (await page.context().cookies()).find((cookie) => cookie.name.includes("session"));
        ok(kept.httpOnly && kept.expires > Date.now() / 1000 + 29 * 24 * 3600, JSON.stringify({ ...kept, value: "" }));
        await page.locator("details.menu summary").focus();
        await page.keyboard.press("Enter");
        await tab();
        await page.keyboard.press("Enter");
        await page.waitForURL(`${at.url}/history`);
      });
    });

    it("a second factor is set up, asked for, and replaced by a recovery code", async () => {
      const at = await server();
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Yulia");
        await logIn(at, page, "Yulia", "/login?next=/second-factor");
        await fill(page, { "Your password": PASSWORD }, "Set it up");
        const secret = await page.getByLabel("The secret").inputValue();
        await fill(page, { Code: "000000" }, "Switch it on");
        await page.locator(".summary").waitFor();
        equal(await page.getByLabel("The secret").inputValue(), secret, "the secret after a wrong code");
        await fill(page, { Code: totp(secret) }, "Switch it on");
        await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
        const recovery = await page.locator(".codes code").first().innerText();
        await page.context().clearCookies();
        await page.goto(`${at.url}/login`);
        const names = { "E-mail address or user name": "yulia@example.org", "Password": PASSWORD };
        await fill(page, names, "Log in");
        await page.getByRole("heading", { name: "Your code" }).waitFor();
        equal(await page.locator("input[type=password]").count(), 0, "the password is asked for once");
        await fill(page, { Code: recovery }, "Log in");
        await page.locator("details.menu").waitFor();
        await page.goto(`${at.url}/second-factor`);
        await fill(page, { "Your password": PASSWORD }, "Switch it off");
        await page.getByText("The second factor is gone").waitFor();
      });
    });

    it("an account in numbers", async () => {
      const at = await server();
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Zoya");
        await logIn(at, page, "Zoya", "/login?next=/stats");
        ok((await text(page)).includes("The server has read nothing for you yet"), await text(page));
        await send(page, at.url, "cat.jpg");
        await page.waitForSelector(".sentence.read");
        await page.goto(`${at.url}/stats`);
        equal(await page.locator(".chart .done").count(), 30, "bars");
        await page.getByText("The same as a table").click();
        equal(await page.locator("tbody tr").first().locator("td").first().innerText(), "1", "analyses of today");
        await page.getByRole("link", { name: "Month" }).click();
        ok((await page.locator(".chart .done").count()) >= 12, "months");
      });
    });

    it("an administrator changes an account after a look at what would change", async () => {
      const at = await server();
      makeAdministrator(at, "root@example.org");
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        await register(at, page, "Mykola");
        await logIn(at, page, "Mykola");
        equal((await page.goto(`${at.url}/admin/users`)).status(), 403, "a user at the administration");
        await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, root) => {
          await logIn(at, root, "Root", "/login?next=/admin/users");
          const find = async () => {
            await root.goto(`${at.url}/admin/users?q=mykola`);
            await root.getByRole("link", { name: /Koval/ }).click();
          };
          await find();
          await root.getByLabel("Blocked").check();
          await fill(root, { "First name": "Микола" }, "See what would change");
          const rows = await root.locator("tbody tr").allInnerTexts();
          ok(rows.some((row) => /Mykola\s+Микола/.test(row)), rows.join("; "));
          await root.getByRole("button", { name: "Change it" }).click();
          await root.getByText("Changed.").waitFor();
          ok((await text(root)).includes("blocked"), await text(root));
          await page.goto(`${at.url}/profile`);
          equal(new URL(page.url()).pathname, "/login", "somebody who was blocked");

          // Two administrators: who comes second is told.
          const old = await root.locator("input[name=version]").inputValue();
          await fill(root, { "Last name": "First" }, "See what would change");
          await root.getByRole("button", { name: "Change it" }).click();
          const answer = await root.request.post(root.url().split("?")[0], {
            form: { do: "change", version: old, first_name: "X", last_name: "Second", email: "mykola@example.org", username: "" },
          });
          equal(answer.status(), 409, "a change of an older version");
          await root.goto(`${at.url}/admin/audit`);
          ok(/changed/.test(await text(root)), await text(root));
          for (const path of ["analyses", "quotas", "mail", "jobs", "settings"]) {
            equal((await root.goto(`${at.url}/admin/${path}`)).status(), 200, path);
          }
        });
      });
    });

    it("an administrator changes a setting, and it counts at once", async () => {
      const at = await server();
      makeAdministrator(at, "setter@example.org");
      await browser.with({ ...NO_SCRIPT, url: at.url, allow: REFUSALS }, async (_, page) => {
        await logIn(at, page, "Setter", "/login?next=/admin/settings");
        const field = page.getByLabel("Characters of a password, at least");
        const set = async (value) => {
          await field.fill(value);
          await page.getByRole("button", { name: "Save" }).click();
        };
        const asked = async () => (await (await fetch(`${at.url}/register`)).text()).match(/\d+ to 128 characters/)[0];
        await set("7");
        await page.locator(".summary").waitFor();
        equal(await field.inputValue(), "7", "what was typed");
        await set("23");
        await page.getByText("It counts from now on").waitFor();
        equal(await asked(), "23 to 128 characters", "what is asked of a password");
        await set("");
        await page.getByText("It counts from now on").waitFor();
        equal(await asked(), "10 to 128 characters", "what is asked as before");

        // Two tabs: who comes second is told, and sees how it is now.
        const room = (one) => one.getByLabel("Room for the files and kept pictures of an account, in megabytes");
        const save = (one) => one.getByRole("button", { name: "Save" }).click();
        const tab = await page.context().newPage();
        for (const one of [page, tab]) await one.goto(`${at.url}/admin/settings`);
        await room(tab).fill("0");
        await save(tab);
        await tab.getByText("It counts from now on").waitFor();
        await set("24");
        await page.getByText("Somebody else has changed the settings").waitFor();
        equal(await room(page).inputValue(), "0", "how it is now");
        const file = await page.request.post(`${at.url}/v1/upload`, {
          headers: { "content-type": "image/jpeg" }, data: readFileSync(example("cat.jpg")),
        });
        equal((await file.json()).code, "storage_limit", "a file beyond the room");
        await room(page).fill("");
        await save(page);
        await page.getByText("It counts from now on").waitFor();
        await tab.close();

        await page.goto(`${at.url}/admin/jobs`);
        await page.getByRole("button", { name: /^Run now: Delete results/ }).click();
        await page.getByText("It has begun").waitFor();
        await page.goto(`${at.url}/admin/audit`);
        ok(/settings\.changed/.test(await text(page)) && /job\.started/.test(await text(page)), await text(page));
      });
    });

    // How a page looks does not depend on the database.
    const looks = place.isFirst ? [["desktop", DESKTOP], ["phone", PHONE]] : [];
    for (const [device, options] of looks) {
      it(`axe finds nothing on any page, ${device}`, async () => {
        const at = await server();
        const look = { ...options, bypassCSP: true, reducedMotion: "reduce", url: at.url, allow: REFUSALS };
        await browser.with(look, async (_, page) => {
          const check = async (name) => {
            await page.evaluate(() => document.fonts.ready.then(() => undefined));
            const found = await violations(page, async (scheme) => {
              if (SHOTS) await page.screenshot({ path: join(SHOTS, `people-${device}-${scheme}-${name}.png`), fullPage: true });
            });
            equal(found, [], `violations: ${name}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            ok(wide <= 0, `${name} is ${wide} px too wide`);
            const small = await page.evaluate(() => [...document.querySelectorAll("main button, main .button, main input:not([type=checkbox]), main select, main summary")]
              // Swatches are 40 px high, as on the home page.
              .filter((e) => e.checkVisibility() && !e.classList.contains("link") && !e.closest(".swatches"))
              .map((e) => ({ what: e.name || e.textContent.trim(), height: e.getBoundingClientRect().height }))
              .filter((e) => e.height > 0 && e.height < 43.5));
            if (device === "phone") equal(small, [], `small targets: ${name}`);
          };
          for (const path of ["login", "register", "forgot", "resend"]) {
            await page.goto(`${at.url}/${path}`);
            await check(path);
          }
          for (const path of ["confirm?token=x", "reset?token=x", "shared/none"]) {
            await page.goto(`${at.url}/${path}`);
            await check(path.split(/[?/]/)[0]);
          }
          await page.goto(`${at.url}/register`);
          await fill(page, { "First name": "Олена", "E-mail address": "nobody", "Password": "short" }, "Register");
          await check("register-wrong");
          const name = `Axe${device}`;
          await register(at, page, name);
          await logIn(at, page, name);
          await check("history-empty");
          await page.goto(`${at.url}/profile`);
          await page.getByLabel("Keep my pictures with their analyses").check();
          await page.getByRole("button", { name: "Save" }).click();
          await page.getByText("Saved.").waitFor();
          for (const picture of ["cat.jpg", "coffee.jpg", "astronaut.jpg"]) {
            const data = readFileSync(example(picture));
            await page.request.post(`${at.url}/v1/analyses`, { headers: { "content-type": "image/jpeg" }, data, timeout: READING_MS });
          }
          for (const path of ["profile", "sessions", "keys", "history", "stats", "second-factor", "logout"]) {
            await page.goto(`${at.url}/${path}`);
            await page.waitForLoadState("networkidle");
            await check(path);
          }
          await page.locator("details.menu summary").click();
          await check("menu");
          await page.goto(`${at.url}/history`);
          await page.locator(".gallery a").first().click();
          await page.waitForLoadState("networkidle");
          await check("analysis");
          await page.getByRole("button", { name: "Make a link" }).click();
          await check("share");
          await page.goto(`${at.url}/keys`);
          await fill(page, { Name: "camera" }, "Make the key");
          await check("key");
          await page.goto(`${at.url}/second-factor`);
          await fill(page, { "Your password": PASSWORD }, "Set it up");
          await check("scan");
          await page.context().clearCookies();
          const root = `root-${device}`;
          makeAdministrator(at, `${root}@example.org`);
          await logIn(at, page, root);
          for (const path of ["users", "analyses", "quotas", "mail", "jobs", "settings", "audit"]) {
            await page.goto(`${at.url}/admin/${path}`);
            await check(`admin-${path}`);
          }
          await page.goto(`${at.url}/admin/users?q=${name}`);
          await page.getByRole("link", { name: /Koval/ }).click();
          await check("admin-user");
          await page.getByLabel("Blocked").check();
          await page.getByRole("button", { name: "See what would change" }).click();
          await check("admin-preview");
        });
      });
    }
  });
}
