// The administration in a browser, to the end: what an administrator does counts for whom it is done.

import { readFileSync } from "node:fs";
import { READING_MS } from "../lib/browser.mjs";
import { of, submit, visit } from "../lib/forms.mjs";
import { equal, ok } from "../lib/harness.mjs";
import { linkFor, mailFor } from "../lib/mail.mjs";
import { PASSWORD, ask, logIn, makeAdministrator, member, secrets, sql, text, totp } from "../lib/people.mjs";
import { example } from "../lib/places.mjs";
import { startServer } from "../lib/server.mjs";

async function open(page, at, who) {
  await page.goto(`${at.url}/admin/users?q=${who}@`);
  await page.locator("tbody a").first().click();
  await page.waitForURL(/admin\/users\//);
}

/** Looks at a change and agrees. */
async function change(page, values) {
  await submit(page, of("preview"), values);
  await page.getByRole("button", { name: "Change it" }).click();
  await page.getByText("Changed.").waitFor();
}

const read = (page, at) => page.request.post(`${at.url}/v1/analyses`, {
  headers: { "content-type": "image/jpeg" }, data: readFileSync(example("cat.jpg")), timeout: READING_MS,
});

/** Sets a second factor up over REST; returns its secret. */
async function careful(at, login) {
  const { access_token: token } = await (await ask(at, "/v1/token", { login, password: PASSWORD })).json();
  secrets.add(token);
  const post = (path, body) => fetch(at.url + path, {
    method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: JSON.stringify(body),
  });
  const { secret } = await (await post("/v1/profile/second-factor", { password: PASSWORD })).json();
  secrets.add(secret);
  const confirmed = await post("/v1/profile/second-factor/confirm", { code: totp(secret, Date.now() - 30_000) });
  equal(confirmed.status, 200, "the first code");
  for (const code of (await confirmed.json()).recovery_codes) secrets.add(code);
  return secret;
}

export function administrationTests(describe, it, { browser, place }) {
  const { server } = place;
  describe(`${place.name}, administration`, () => {
    it("an account is confirmed, gets rights, loses its second factor and its sessions", async () => {
      const at = await server();
      makeAdministrator(at, "helper@example.org");
      const { email } = await member(at, "Nestor", { confirmed: false });
      const login = async () => (await ask(at, "/v1/token", { login: email, password: PASSWORD })).status;
      await visit(browser, at, async (root) => {
        await logIn(at, root, "helper", "/login?next=/admin/users");
        equal(await login(), 403, "before it is confirmed");
        await open(root, at, "nestor");
        await change(root, { confirm: true });
        equal(await login(), 200, "confirmed");

        await careful(at, email);
        equal(await login(), 401, "a code is asked for");
        await open(root, at, "nestor");
        await change(root, { reset_second_factor: true });
        equal(await login(), 200, "without a code");
        await mailFor(at.data, email, /An administrator has removed the second factor/);

        await visit(browser, at, async (page) => {
          await logIn(at, page, "Nestor");
          await open(root, at, "nestor");
          await change(root, { end_sessions: true });
          await page.goto(`${at.url}/profile`);
          equal(new URL(page.url()).pathname, "/login", "a session that was ended");
          await open(root, at, "nestor");
          await change(root, { administrator: true });
          await logIn(at, page, "Nestor");
          equal((await page.goto(`${at.url}/admin/users`)).status(), 200, "with rights");
          await open(root, at, "nestor");
          await change(root, { administrator: false, blocked: true });
          equal(await login(), 403, "blocked");
          await open(root, at, "nestor");
          await change(root, { blocked: false });
          equal(await login(), 200, "not blocked any more");
          await logIn(at, page, "Nestor");
          equal((await page.goto(`${at.url}/admin/users`)).status(), 403, "without rights");
        });
        // Who did it leads to their page.
        await root.goto(`${at.url}/admin/audit`);
        await root.locator("tbody tr").first().getByRole("link").first().click();
        await root.waitForURL(/admin\/users\//);
        ok(/Root Keeper/.test(await text(root)), await text(root));
      });
    });

    it("of two administrators who take each other's rights one keeps theirs", async () => {
      const at = await server();
      const names = ["duel-one", "duel-two"];
      for (const name of names) makeAdministrator(at, `${name}@example.org`);
      for (const values of [{ administrator: false }, { blocked: true }]) {
        sql(at, "UPDATE accounts SET role = 'administrator', blocked_at_ms = NULL WHERE email LIKE 'duel-%'");
        await visit(browser, at, (one) => visit(browser, at, async (two) => {
          const pages = [one, two];
          for (const [i, page] of pages.entries()) {
            await logIn(at, page, names[i], "/login?next=/admin/users");
            await open(page, at, names[1 - i]);
            await submit(page, of("preview"), values);
            await page.getByRole("button", { name: "Change it" }).waitFor();
          }
          await Promise.all(pages.map((page) => page.getByRole("button", { name: "Change it" }).click()));
          await Promise.all(pages.map((page) => page.waitForLoadState()));
          const still = await Promise.all(pages.map(async (page) => (await page.request.get(`${at.url}/v1/admin/users`)).status()));
          equal(still.filter((status) => status === 200).length, 1, `${JSON.stringify(values)}: ${still}`);
          const winner = pages[still.indexOf(200)];
          ok((await text(winner)).includes("Changed."), await text(winner));
          const loser = pages[1 - still.indexOf(200)];
          ok(/Log in|only an administrator|That cannot be shown/i.test(await text(loser)), await text(loser));
        }));
      }
    });

    it("users are put in order and turned over", async () => {
      const at = await server();
      makeAdministrator(at, "orderly@example.org");
      const columns = "id, first_name, last_name, names_key, email, email_key, password_hash, role, language, time_zone, default_tasks, keep_pictures, created_at_ms, confirmed_at_ms, version";
      const rows = Array.from({ length: 60 }, (_, i) => {
        const [up, down] = [String(i).padStart(2, "0"), String(59 - i).padStart(2, "0")];
        return `('0197f3f2-0000-7000-8000-0000000001${up}', 'Row${up}', 'Many', 'row${up} many', 'many${down}@example.org', 'many${down}@example.org', 'none', 'user', 'en', 'UTC', '', 0, ${1000 + i}, 1, 1)`;
      });
      sql(at, `INSERT INTO accounts (${columns}) VALUES ${rows.join(", ")}`);
      await visit(browser, at, async (page) => {
        await logIn(at, page, "orderly", "/login?next=/admin/users");
        const names = () => page.locator("tbody th").allInnerTexts();
        const turned = async (order, first, last) => {
          await page.goto(`${at.url}/admin/users`);
          await page.locator("[name=q]").fill("many");
          await page.locator("[name=order]").selectOption(order);
          await page.getByRole("button", { name: "Search" }).click();
          await page.getByText("60 accounts").waitFor();
          const one = await names();
          await page.getByRole("link", { name: "Next" }).click();
          await page.waitForURL(/offset=50/);
          const two = await names();
          equal([one.length, one[0], two.length, two.at(-1)], [50, `Row${first} Many`, 10, `Row${last} Many`], order);
          equal(await page.getByRole("link", { name: "Next" }).count(), 0, "another page");
          await page.getByRole("link", { name: "Previous" }).click();
          await page.waitForURL(/offset=0/);
          equal(await names(), one, "the page before");
        };
        await turned("newest", "59", "00");
        await turned("name", "00", "59");
        await turned("email", "59", "00");
      });
    });

    it("limits, counts, analyses and mails are looked after", async () => {
      const at = await server();
      makeAdministrator(at, "keeper-of-counts@example.org");
      const { email } = await member(at, "Tetiana");
      await visit(browser, at, (root) => visit(browser, at, async (page) => {
        await logIn(at, root, "keeper-of-counts", "/login?next=/admin/users");
        await logIn(at, page, "Tetiana");
        await open(root, at, "tetiana");
        await submit(root, of("limit"), { analyses_per_hour: "1" });
        await root.getByText("Set. It counts from now on").waitFor();
        const first = await read(page, at);
        equal([first.status(), (await read(page, at)).status()], [201, 429], "one an hour");
        await root.reload();
        ok((await text(root)).includes("1 analysis within the running hour"), await text(root));
        await root.locator(`${of("reset-quota")} button`).click();
        await root.getByText("begins anew").waitFor();
        ok((await text(root)).includes("0 analyses within the running hour"), await text(root));

        await root.goto(`${at.url}/admin/analyses`);
        await root.locator("[name=owner]").fill(email);
        await root.getByRole("button", { name: "Search" }).click();
        await root.waitForURL(/owner=/);
        equal(await root.locator("tbody tr").count(), 1, "analyses of theirs");
        await root.getByText("Delete …").click();
        await root.getByRole("button", { name: /^Delete: / }).click();
        await root.getByText("Deleted.").waitFor();
        equal((await page.goto(`${at.url}/history/${(await first.json()).id}`)).status(), 404, "an analysis that was deleted");

        // A given up mail, which fifty newer ones were sent after.
        const id = "0197f3f2-0000-7000-8000-000000000901";
        const mail = (id, to, state) => `('${id}', '${to}', 'S', 'see ${at.url}/once-more', '<p>S</p>', ${state})`;
        const sent = Array.from({ length: 60 }, (_, i) => mail(`0197f3f2-0000-7000-8000-0000000010${String(i).padStart(2, "0")}`, "sent@example.org", `1, 1, NULL, ${Date.now()}, NULL`));
        const lost = mail(id, "lost@example.org", "1, 30, NULL, NULL, '451 no time now'");
        sql(at, `INSERT INTO outbox (id, recipient, subject, body_text, body_html, created_at_ms, attempts, next_at_ms, sent_at_ms, last_error) VALUES ${[lost, ...sent].join(", ")}`);
        await root.goto(`${at.url}/admin/mail`);
        const row = root.locator("tbody tr", { hasText: "lost@example.org" });
        ok(/given up/.test(await row.innerText()) && /no time now/.test(await row.innerText()), await row.innerText());
        await root.getByRole("button", { name: "Try again: lost@example.org" }).click();
        await root.getByText("It is tried again now").waitFor();
        await linkFor(at.data, "lost@example.org", "/once-more");
      }));
    });

    it("a network's counts begin anew", async () => {
      const at = await server();
      makeAdministrator(at, "keeper-of-networks@example.org");
      await visit(browser, at, (root) => visit(browser, at, async (visitor) => {
        await logIn(at, root, "keeper-of-networks", "/login?next=/admin/quotas");
        const hashes = () => root.locator("tbody th code").allInnerTexts();
        const before = await hashes();
        const statuses = [];
        for (let i = 0; i < 3; i += 1) statuses.push((await read(visitor, at)).status());
        equal(statuses, [201, 201, 429], "two for a visitor");
        await root.reload();
        const [own] = (await hashes()).filter((hash) => !before.includes(hash));
        await root.getByRole("button", { name: `Begin anew: ${own}` }).click();
        await root.getByText("counts of this network begin anew").waitFor();
        await visitor.context().clearCookies();
        const quota = await (await visitor.request.get(`${at.url}/v1/quota`)).json();
        equal(quota.remaining, 2, "what a new visitor has");
      }));
    });

    // A second server on one PostgreSQL would send the mails that the tests beside this one wait for.
    if (place.isFirst) it("where the setting says so, administrators need a second factor", async () => {
      const { env } = await server();
      const own = await startServer({ env: { ...env, IIA_ADMIN_SECOND_FACTOR: "true" } });
      try {
        makeAdministrator(own, "strict@example.org");
        await visit(browser, own, async (page) => {
          await logIn(own, page, "strict");
          equal((await page.goto(`${own.url}/admin/users`)).status(), 403, "by the password alone");
          ok(/second factor/.test(await text(page)), await text(page));
          const secret = await careful(own, "strict@example.org");
          await page.context().clearCookies();
          await page.goto(`${own.url}/login?next=/admin/users`);
          await submit(page, "main form", { login: "strict@example.org", password: PASSWORD });
          await page.getByRole("heading", { name: "Your code" }).waitFor();
          await submit(page, "main form", { code: totp(secret) });
          await page.getByRole("heading", { name: "Users" }).waitFor();
        });
      } finally {
        await own.stop();
      }
    });
  });
}
