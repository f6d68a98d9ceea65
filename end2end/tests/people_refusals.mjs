// People: every form with what it refuses, in a browser: this was typed, this is said beside that field, nothing came of it.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { READING_MS } from "../lib/browser.mjs";
import { both, of, refuses, submit, table, visit } from "../lib/forms.mjs";
import { equal, ok } from "../lib/harness.mjs";
import { linkFor } from "../lib/mail.mjs";
import { PASSWORD, ask, lengthenWaits, logIn, makeAdministrator, member, secrets, sql, text, totp } from "../lib/people.mjs";
import { example } from "../lib/places.mjs";
import { startServer } from "../lib/server.mjs";

const OTHER = "Another-Sunflower-42!";
const MISSING = /Fill this in/;
/** Of the largest picture that is taken. */
const MOST_BYTES = 40_000_000;

/** What is wrong with a new password, which is typed in four forms. */
const PASSWORDS = [
  [{ password: "" }, { password: MISSING }],
  [{ password_confirmation: "" }, { password_confirmation: MISSING }],
  [{ password: "Ky-7" }, { password: /fewer than 10/ }],
  [{ password: `Ab1!${"kyiv-".repeat(30)}` }, { password: /more than 128/ }],
  [{ password: "KYIV-CHORNO-7!" }, { password: /no small letter/ }],
  [{ password: "kyiv-chorno-7!" }, { password: /no capital letter/ }],
  [{ password: "Kyiv-Chorno-x!" }, { password: /no digit/ }],
  [{ password: "KyivChornobryvtsi7" }, { password: /only letters and digits/ }],
  [{ password: "Password1!" }, { password: /common/ }],
  [{ password: OTHER, password_confirmation: "Something-Else-9!" }, { password_confirmation: /differ/ }],
];

/** In every row of [PASSWORDS] the second one is the same as the first, where it is not told otherwise. */
const passwords = PASSWORDS.map(([change, expected]) => (change.password && !change.password_confirmation ? [both(change.password), expected] : [change, expected]));

export function peopleRefusalTests(describe, it, { browser, place }) {
  const { server } = place;
  describe(place.name, () => {
    it("what register refuses", async () => {
      const at = await server();
      const good = { first_name: "Oles", last_name: "Honchar", email: "oles@example.org", username: "oles", ...both(PASSWORD) };
      await visit(browser, at, async (page) => {
        const missing = (...names) => Object.fromEntries(names.map((name) => [name, MISSING]));
        const all = ["first_name", "last_name", "email", "password", "password_confirmation"];
        await table(page, {
          path: `${at.url}/register`, form: "main form", good,
          rows: [
            [Object.fromEntries([...all, "username"].map((name) => [name, ""])), missing(...all)],
            ...["first_name", "last_name", "email"].map((name) => [{ [name]: " " }, missing(name)]),
            [{ first_name: "a".repeat(101) }, { first_name: /more than 100/ }],
            [{ email: "oles@nowhere" }, { email: /not an e-mail address/ }],
            [{ username: "ol" }, { username: /3 to 32/ }],
            [{ username: "ол@" }, { username: /letters a to z/ }],
            [both("Honchar-Kyiv-77!"), { password: /your name/ }],
            [{ email: "x", username: "-", password: "short" }, { email: /not an/, username: /3 to 32/, password: /fewer than/, password_confirmation: /differ/ }],
            ...passwords,
          ],
        });
        equal(await page.locator("[name=first_name]").inputValue(), "Oles", "what was typed");
        const next = await ask(at, "/v1/token", { login: "oles", password: PASSWORD });
        equal(next.status, 401, "nobody was registered");
      });
    });

    // A second server on one PostgreSQL would send the mails that the tests beside this one wait for.
    if (place.isFirst) it("a password that is known from a breach is refused", async () => {
      // A range service that knows one password, whichever beginning of a hash it is asked for.
      const known = "Lviv-Mohyla-Kalyna-8?";
      const rest = createHash("sha1").update(known).digest("hex").toUpperCase().slice(5);
      const service = createServer((_, response) => response.end(`${rest}:17\r\n`));
      await new Promise((ready) => { service.listen(0, "127.0.0.1", ready); });
      const { env } = await server();
      const own = await startServer({ env: { ...env, IIA_BREACHED_PASSWORDS: `http://127.0.0.1:${service.address().port}/range` } });
      try {
        await visit(browser, own, (page) => table(page, {
          path: `${own.url}/register`, form: "main form",
          good: { first_name: "Marko", last_name: "Vovchok", email: "marko@example.org", ...both(PASSWORD) },
          rows: [[both(known), { password: /breach/i }]],
        }));
      } finally {
        await own.stop();
        service.close();
      }
    });

    it("an address or a user name that is taken is told to its owner alone", async () => {
      const at = await server();
      await member(at, "Lesya");
      await visit(browser, at, async (page) => {
        const answer = async (values) => {
          await page.goto(`${at.url}/register`);
          await submit(page, "main form", { first_name: "Lesya", last_name: "U", ...both(OTHER), ...values });
          await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
          return text(page);
        };
        const fresh = await answer({ email: "unknown@example.org", username: "" });
        equal(await answer({ email: "LESYA@example.org", username: "" }), fresh, "a taken address");
        await linkFor(at.data, "lesya@example.org", "/login");
        equal(await answer({ email: "second@example.org", username: "lesya" }), fresh, "a taken user name");
        await linkFor(at.data, "second@example.org", "/confirm");
      });
      equal((await ask(at, "/v1/token", { login: "lesya", password: OTHER })).status, 401, "the account is not another's");
    });

    it("links that are no good", async () => {
      const at = await server();
      const { link: waiting } = await member(at, "Mavka", { confirmed: false });
      const { link: used } = await member(at, "Lukash");
      await ask(at, "/v1/accounts/password/forgotten", { email: "lukash@example.org" });
      const reset = await linkFor(at.data, "lukash@example.org", "/reset");
      secrets.add(new URL(reset).searchParams.get("token"));
      sql(at, "UPDATE links SET expires_at_ms = created_at_ms WHERE account_id IN (SELECT id FROM accounts WHERE username IN ('mavka', 'lukash'))");
      await visit(browser, at, async (page) => {
        const confirm = "Confirm the address";
        for (const [what, address, again] of [
          ["used", used, "/resend"], ["expired", waiting, "/resend"], ["invented", `${at.url}/confirm?token=x`, "/resend"],
          ["of another kind", reset.replace("/reset", "/confirm"), "/resend"], ["of no new address", `${at.url}/confirm-email?token=x`, "/resend"],
        ]) {
          await page.goto(address);
          await page.getByRole("button", { name: confirm }).click();
          await page.getByRole("heading", { name: "This link does not work" }).waitFor();
          equal(await page.getByRole("link", { name: "Ask for a new one" }).getAttribute("href"), again, what);
        }
        for (const [what, address] of [["expired", reset], ["invented", `${at.url}/reset?token=x`]]) {
          await page.goto(address);
          await submit(page, "main form", both(OTHER));
          await page.getByRole("heading", { name: "This link does not work" }).waitFor();
          equal(await page.getByRole("link", { name: "Ask for a new one" }).getAttribute("href"), "/forgot", `a reset, ${what}`);
        }
        for (const path of ["/confirm", "/reset"]) {
          await page.goto(at.url + path);
          ok((await text(page)).includes("copy all of the link"), path);
        }
      });
      equal((await ask(at, "/v1/token", { login: "mavka", password: PASSWORD })).status, 403, "still not confirmed");
      equal((await ask(at, "/v1/token", { login: "lukash", password: PASSWORD })).status, 200, "still the old password");
    });

    it("mails that are asked for: the same answer for everybody, and not without end", async () => {
      const at = await server();
      await member(at, "Kateryna", { confirmed: false });
      await visit(browser, at, async (page) => {
        for (const path of ["/forgot", "/resend"]) {
          await table(page, { path: at.url + path, form: "main form", good: {}, rows: [[{ email: " " }, { email: MISSING }]] });
          const answers = [];
          for (const email of ["kateryna@example.org", "nobody-at-all@example.org"]) {
            await page.goto(at.url + path);
            await submit(page, "main form", { email });
            await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
            answers.push(await text(page));
          }
          equal(answers[0], answers[1], path);
        }
        const again = { path: `${at.url}/resend`, form: "main form", good: { email: "kateryna@example.org" } };
        await page.goto(again.path);
        await submit(page, again.form, again.good);
        await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
        // All but mails wait after five attempts or more.
        lengthenWaits(at, 3);
        await table(page, { ...again, rows: [[{}, /Try again in/]] });
      });
    });

    it("what the login refuses", async () => {
      const at = await server();
      await member(at, "Marusia");
      await member(at, "Bondar", { confirmed: false });
      await member(at, "Kozak");
      sql(at, "UPDATE accounts SET blocked_at_ms = 1 WHERE username = 'kozak'");
      await visit(browser, at, async (page) => {
        const path = `${at.url}/login`;
        const good = { login: "marusia", password: PASSWORD };
        await table(page, {
          path, form: "main form", good,
          rows: [
            [{ login: "" }, { login: MISSING }],
            [{ password: "" }, { password: MISSING }],
            [{ login: "", password: "" }, { login: MISSING, password: MISSING }],
            [{ password: OTHER }, /name or the password is not right/],
            [{ login: "nobody" }, /name or the password is not right/],
            [{ login: "kozak" }, /blocked/],
            [{ login: "bondar" }, /not confirmed/],
          ],
        });
        equal(await page.getByRole("link", { name: "have it sent again" }).getAttribute("href"), "/resend", "a way on");
        for (let i = 0; i < 5; i += 1) await ask(at, "/v1/token", { login: "marusia", password: OTHER });
        lengthenWaits(at, 5, 9);
        await table(page, { path, form: "main form", good, rows: [[{}, /Try again in/]] });
        await page.goto(`${at.url}/history`);
        equal(new URL(page.url()).pathname, "/login", "nobody is logged in");
      });
    });

    it("what the second step of a login refuses", async () => {
      const at = await server();
      await member(at, "Solomiya");
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Solomiya", "/login?next=/second-factor");
        await table(page, {
          path: `${at.url}/second-factor`, form: of("begin"), good: {},
          rows: [[{ password: "" }, { password: MISSING }], [{ password: OTHER }, { password: /not your password/ }]],
        });
        await submit(page, of("begin"), { password: PASSWORD });
        const secret = await page.getByLabel("The secret").inputValue();
        secrets.add(secret);
        for (const [code, said] of [["", MISSING], ["12", /not the code of now/]]) {
          await submit(page, of("confirm"), { code });
          await refuses(page, { code: said }, `a first code ${code}`);
        }
        await submit(page, of("confirm"), { code: totp(secret, Date.now() - 30_000) });
        const codes = await page.locator(".codes code").allInnerTexts();
        codes.forEach((code) => secrets.add(code));
        await page.goto(`${at.url}/second-factor`);
        await submit(page, of("remove"), { password: OTHER });
        await refuses(page, { password: /not your password/ }, "to switch it off");

        const first = async () => {
          await page.context().clearCookies();
          await page.goto(`${at.url}/login`);
          await submit(page, "main form", { login: "solomiya", password: PASSWORD });
          await page.getByRole("heading", { name: "Your code" }).waitFor();
        };
        const over = /begin it once more/;
        await first();
        for (const [code, said] of [["", MISSING], ["000000x", /not the code of now/]]) {
          await submit(page, "main form", { code });
          await refuses(page, { code: said }, `a code ${code}`);
        }
        const form = await page.context().newPage();
        await form.goto(`${at.url}/login/code`);
        await submit(page, "main form", { code: codes[0] });
        await page.locator("details.menu").waitFor();
        await submit(form, "main form", { code: codes[1] });
        await refuses(form, over, "a ticket that was used");
        await form.close();
        await first();
        sql(at, "UPDATE links SET expires_at_ms = created_at_ms WHERE account_id = (SELECT id FROM accounts WHERE username = 'solomiya')");
        await submit(page, "main form", { code: codes[1] });
        await refuses(page, over, "a ticket that is too old");
        await first();
        sql(at, "UPDATE accounts SET blocked_at_ms = 1 WHERE username = 'solomiya'");
        await submit(page, "main form", { code: codes[1] });
        await refuses(page, /blocked/, "blocked in between");
        await page.goto(`${at.url}/history`);
        equal(new URL(page.url()).pathname, "/login", "nobody is logged in");
      });
    });

    it("what the profile refuses", async () => {
      const at = await server();
      await member(at, "Taken");
      await member(at, "Vasyl");
      await visit(browser, at, async (page) => {
        const path = `${at.url}/profile`;
        await logIn(at, page, "Vasyl", "/login?next=/profile");
        await table(page, {
          path, form: of("profile"), good: { first_name: "Vasyl", last_name: "Koval", username: "vasyl" },
          rows: [
            [{ first_name: "" }, { first_name: MISSING }],
            [{ last_name: "b".repeat(101) }, { last_name: /more than 100/ }],
            [{ username: "a b" }, { username: /letters a to z/ }],
            [{ username: "taken" }, { username: /already/ }],
            [{ task: false }, { task: /at least one thing/ }],
          ],
        });
        await table(page, {
          path, form: of("password"), good: { old_password: PASSWORD, ...both(OTHER) },
          rows: [[{ old_password: "" }, { old_password: MISSING }], [{ old_password: OTHER }, { old_password: /not your password/ }], ...passwords],
        });
        await table(page, {
          path, form: of("email"), good: { email: "vasyl2@example.org", password: PASSWORD },
          rows: [
            [{ email: "" }, { email: MISSING }],
            [{ email: "vasyl@nowhere" }, { email: /not an e-mail address/ }],
            [{ password: OTHER }, { password: /not your password/ }],
          ],
        });
        // Whose address that is is not told.
        await page.goto(path);
        await submit(page, of("email"), { email: "taken@example.org", password: PASSWORD });
        await page.getByText("A link is on its way").waitFor();
        await table(page, {
          path, form: of("delete"), good: {},
          rows: [[{ password: "" }, { password: MISSING }], [{ password: OTHER }, { password: /not your password/ }]],
        });

        // Two tabs: who comes second is told.
        const tab = await page.context().newPage();
        for (const one of [page, tab]) await one.goto(path);
        await submit(tab, of("profile"), { first_name: "Васюта" });
        await tab.getByText("Saved.").waitFor();
        await submit(page, of("profile"), { first_name: "Second" });
        await refuses(page, /changed this in between/, "an older version");
        await tab.close();

        const avatar = async (name, buffer) => {
          await page.goto(path);
          await page.getByLabel("A picture").setInputFiles({ name, mimeType: "image/png", buffer });
          await page.getByRole("button", { name: "Set the picture" }).click();
          await page.getByRole("heading", { name: "That cannot be shown" }).waitFor();
          return text(page);
        };
        ok(/unsupported_format|bad_file/.test(await avatar("a.png", Buffer.from("no picture at all"))), "no picture");
        ok(/truncated_image|bad_file/.test(await avatar("b.png", readFileSync(example("cat.jpg")).subarray(0, 900))), "half a picture");
        await page.goto(path);
        equal(await page.locator("img.avatar").count(), 0, "a picture that is none");
        equal(await page.locator(`${of("profile")} [name=first_name]`).inputValue(), "Васюта", "what was saved");
      });
      equal((await ask(at, "/v1/token", { login: "vasyl@example.org", password: PASSWORD })).status, 200, "address and password are the same");
    });

    it("sessions and keys that are not there any more", async () => {
      const at = await server();
      await member(at, "Orest");
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Orest", "/login?next=/keys");
        await table(page, {
          path: `${at.url}/keys`, form: of("create"), good: { name: "oven" },
          rows: [[{ name: " " }, { name: MISSING }], [{ scope: false }, { scope: /at least one/ }]],
        });
        await page.goto(`${at.url}/keys`);
        await submit(page, of("create"), { name: "oven" });
        const key = await page.getByLabel("The key", { exact: true }).inputValue();
        secrets.add(key);
        const status = async () => (await fetch(`${at.url}/v1/token/validation`, { headers: { authorization: `Bearer ${key}` } })).status;
        equal(await status(), 200, "the key");
        sql(at, "UPDATE api_keys SET expires_at_ms = 1 WHERE name = 'oven'");
        equal(await status(), 401, "a key that has expired");

        const gone = async (path, button) => {
          const tab = await page.context().newPage();
          for (const one of [page, tab]) await one.goto(at.url + path);
          await tab.getByRole("button", { name: button }).first().click();
          await tab.locator(".note.good").waitFor();
          await tab.close();
          await page.getByRole("button", { name: button }).first().click();
          await page.getByRole("heading", { name: "That cannot be shown" }).waitFor();
        };
        await gone("/keys", "Revoke the key oven");
        await ask(at, "/v1/token", { login: "orest", password: PASSWORD });
        await gone("/sessions", /^End the session on/);
      });
    });

    it("what the history refuses, and links that show nothing any more", async () => {
      const at = await server();
      await member(at, "Ustym");
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Ustym");
        for (const day of ["from", "to"]) {
          await page.goto(`${at.url}/history?${day}=2026-13-45`);
          await refuses(page, { [day]: /not a day/ }, day);
        }
        const read = await page.request.post(`${at.url}/v1/analyses`, {
          headers: { "content-type": "image/jpeg" }, data: readFileSync(example("cat.jpg")), timeout: READING_MS,
        });
        equal(read.status(), 201, "an analysis");
        await page.goto(`${at.url}/history`);
        await page.getByText("Delete the chosen ones").click();
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByText("Nothing was chosen").waitFor();
        await page.locator(".gallery a").first().click();
        await page.getByRole("button", { name: "Rename" }).waitFor();
        const address = page.url();
        await submit(page, of("rename"), { title: "x".repeat(300) });
        ok(/Not yet|longer|at most|more than/.test(await text(page) + await page.title()), await text(page));
        await page.goto(address);
        ok(!(await page.locator("h1").innerText()).includes("xxx"), "a name that is too long");

        await page.getByRole("button", { name: "Make a link" }).click();
        const link = await page.getByLabel("The link").inputValue();
        secrets.add(link.split("/").at(-1));
        equal((await page.goto(link)).status(), 200, "the link");
        sql(at, `UPDATE shares SET expires_at_ms = 1 WHERE analysis_id = '${address.split("/").at(-1)}'`);
        equal((await page.goto(link)).status(), 404, "a link that has expired");
        equal((await page.goto(`${at.url}/history/0197f3f2-6a53-7e6c-9f7a-2d7f0a7f4a51`)).status(), 404, "an analysis of nobody");

        const upload = (data) => page.request.post(`${at.url}/v1/upload`, { headers: { "content-type": "application/octet-stream" }, data });
        const code = async (data) => (await (await upload(data)).json()).code;
        equal(await code(Buffer.from("no picture")), "unsupported_format", "a file that is no picture");
        const large = Buffer.concat([readFileSync(example("cat.jpg")), Buffer.alloc(MOST_BYTES)]);
        equal(await code(large), "too_large", "a file that is too large");
      });
    });

    it("what the administration refuses", async () => {
      const at = await server();
      await member(at, "Hnat");
      await member(at, "Pylyp");
      for (const name of ["first", "second"]) makeAdministrator(at, `${name}-keeper@example.org`);
      await visit(browser, at, async (page) => {
        await logIn(at, page, "Hnat");
        const pages = ["users", "analyses", "quotas", "mail", "jobs", "settings", "audit"];
        for (const name of pages) {
          const answer = await page.goto(`${at.url}/admin/${name}`);
          equal([answer.status(), /only an administrator/i.test(await text(page))], [403, true], `a user at ${name}`);
        }
        await page.context().clearCookies();
        for (const name of pages) {
          await page.goto(`${at.url}/admin/${name}`);
          equal(page.url(), `${at.url}/login?next=%2Fadmin%2F${name}`, `a visitor at ${name}`);
        }
      });
      await visit(browser, at, async (page) => {
        await logIn(at, page, "first-keeper", "/login?next=/admin/users");
        const open = async (who, one = page) => {
          await one.goto(`${at.url}/admin/users?q=${who}`);
          await one.locator("tbody a").first().click();
          await one.waitForURL(/admin\/users\//);
        };
        await open("hnat@");
        const path = page.url();
        const good = { first_name: "Hnat", last_name: "Koval", email: "hnat@example.org", username: "hnat" };
        await table(page, {
          path, form: of("preview"), good,
          rows: [
            [{ first_name: "", email: "" }, { first_name: MISSING, email: MISSING }],
            [{ email: "hnat@nowhere", username: "-" }, { email: /not an e-mail address/, username: /3 to 32/ }],
          ],
        });
        await table(page, { path, form: of("limit"), good: {}, rows: [[{ analyses_per_hour: "many" }, { analyses_per_hour: /whole number/ }]] });
        const agree = (one = page) => one.getByRole("button", { name: "Change it" }).click();
        await page.goto(path);
        await submit(page, of("preview"), { email: "pylyp@example.org" });
        await agree();
        await refuses(page, { email: /already/ }, "an address that is taken");

        // Two administrators with the same account before them.
        await visit(browser, at, async (other) => {
          await logIn(at, other, "second-keeper", "/login?next=/admin/users");
          await open("hnat@", other);
          await page.goto(path);
          await submit(other, of("preview"), { last_name: "First" });
          await submit(page, of("preview"), { last_name: "Second" });
          await agree(other);
          await other.getByText("Changed.").waitFor();
          await agree();
          await refuses(page, /Somebody else has changed this account/, "an older version");
          equal(await page.locator(`${of("preview")} [name=last_name]`).inputValue(), "First", "how it is now");

          // A password that was given too long ago.
          sql(at, "UPDATE sessions SET password_at_ms = 0 WHERE account_id IN (SELECT id FROM accounts WHERE email LIKE '%-keeper@example.org')");
          await open("second-keeper@");
          await submit(page, of("preview"), { administrator: false });
          for (const [password, said] of [["", /give your password once more/i], [OTHER, { password: /not your password/ }]]) {
            await submit(page, of("change"), { password });
            await refuses(page, said, `a password ${password}`);
          }
          await other.goto(`${at.url}/admin/users`);
          equal(await other.locator("h1").innerText(), "Users", "nothing was changed");
        });

        await open("first-keeper@");
        await submit(page, of("preview"), { administrator: false });
        await refuses(page, { role: /takes their own rights/ }, "one's own rights");
        await submit(page, of("preview"), { administrator: true, blocked: true });
        await refuses(page, { role: /takes their own rights/ }, "one's own login");
        await page.goto(`${at.url}/admin/users/0197f3f2-6a53-7e6c-9f7a-2d7f0a7f4a51`);
        await page.getByRole("heading", { name: "That cannot be shown" }).waitFor();
      });
    });
  });
}
