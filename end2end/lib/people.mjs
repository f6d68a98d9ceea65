// People of the tests, and the servers that they are on.

import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { READING_MS } from "./browser.mjs";
import { atEnd, equal } from "./harness.mjs";
import { linkFor } from "./mail.mjs";
import { example } from "./places.mjs";
import { startServer } from "./server.mjs";

export const PASSWORD = "Kyiv-Chornobryvtsi-7!";

/**
 * Two anonymous analyses, so that a third shows what an account is for; a cheap hash, because many people register; an address
 * told by a header, so that tests which fail to log in again and again hold nobody else up.
 */
const SETTINGS = {
  IIA_ANONYMOUS_ANALYSES: "2", IIA_NETWORK_ANALYSES: "2", IIA_PASSWORD_COST: "4", IIA_ADDRESS_HEADER: "x-forwarded-for",
};

/** Where people are: on a server of their own, which is started once; with `database`, on that PostgreSQL. */
export class Place {
  constructor(database) {
    const env = { ...SETTINGS, ...(database && { IIA_DATABASE: database }) };
    let starting;
    Object.assign(this, { name: database ? "people, PostgreSQL" : "people", isFirst: !database });
    this.server = () => (starting ??= startServer({ env }));
    atEnd(async () => (await starting)?.stop());
  }
}

export const NO_SCRIPT = { javaScriptEnabled: false };
/** Refused forms are answered with their status, which the browser's console repeats. */
export const REFUSALS = [/status of 4\d\d/];

/** What must not stand in a log. */
export const secrets = new Set([PASSWORD]);

/** Fills in a form by its labels and sends it. */
export async function fill(page, values, button) {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole("button", { name: button, exact: true }).click();
}

/** Makes an administrator on the machine itself, as whoever runs the server does. */
export function makeAdministrator(server, email) {
  execFileSync(process.env.IIA_BIN, ["admin", "create", "--data", server.data, "--email", email, "--first-name", "Root", "--last-name", "Keeper"],
    { input: `${PASSWORD}\n`, env: { ...process.env, ...server.env } });
}

export const newcomer = (name) => ({
  "First name": name, "Last name": "Koval", "E-mail address": `${name.toLowerCase()}@example.org`,
  "Password": PASSWORD, "The same password again": PASSWORD,
});

let registered = 0;

export async function register(server, page, name) {
  // From an address of its own: more than a few accounts from one network have to wait.
  registered += 1;
  await page.setExtraHTTPHeaders({ "x-forwarded-for": `10.150.${registered >> 8}.${registered & 255}` });
  await page.goto(`${server.url}/register`);
  await fill(page, newcomer(name), "Register");
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  await page.setExtraHTTPHeaders({});
  const link = await linkFor(server.data, `${name.toLowerCase()}@example.org`, "/confirm");
  secrets.add(new URL(link).searchParams.get("token"));
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await page.getByText("Your address is confirmed").waitFor();
}

export async function logIn(server, page, name, path = "/login") {
  await page.goto(server.url + path);
  await fill(page, { "E-mail address or user name": `${name.toLowerCase()}@example.org`, "Password": PASSWORD }, "Log in");
  await page.locator("details.menu").waitFor();
}

export async function send(page, url, picture) {
  await page.goto(url);
  await page.setInputFiles("#choose", example(picture));
  await page.getByRole("button", { name: "Send and read" }).click({ timeout: READING_MS });
  await page.locator(".sentence.read, .note").waitFor({ timeout: READING_MS });
}

/** The code that an authenticator shows (RFC 6238, SHA-1, 30 s, six digits). */
export function totp(secret, at = Date.now()) {
  const bits = [...secret.replace(/[\s=]/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export const text = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

/** Makes an account over REST and confirms it by its mail; returns its address. */
export async function member(server, name, { confirmed = true } = {}) {
  const email = `${name.toLowerCase()}@example.org`;
  const body = { first_name: name, last_name: "Koval", email, username: name.toLowerCase(), password: PASSWORD, password_confirmation: PASSWORD };
  equal((await ask(server, "/v1/accounts", body)).status, 202, `registering ${name}`);
  const link = await linkFor(server.data, email, "/confirm");
  const token = new URL(link).searchParams.get("token");
  secrets.add(token);
  if (confirmed) equal((await ask(server, "/v1/accounts/confirm", { token })).status, 200, `confirming ${name}`);
  return { email, link };
}

let asked = 0;
/** Posts JSON, each time from another network. */
export function ask(server, path, body) {
  asked += 1;
  const headers = { "content-type": "application/json", "x-forwarded-for": `10.200.${asked >> 8}.${asked & 255}` };
  return fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * Changes what is stored, for states that take days to come about. PostgreSQL's `psql` and SQLite's shell are both programs that
 * come with the database.
 */
export function sql(server, statement) {
  const url = server.env.IIA_DATABASE;
  if (url) execFileSync(process.env.IIA_PSQL ?? "psql", ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", statement, url]);
  else execFileSync("sqlite3", ["-cmd", ".timeout 10000", join(server.data, "iia.sqlite3"), statement]);
}

/**
 * Makes waits ten minutes longer that began after so many failures: the first is a second, which is over before a slow browser comes.
 */
export function lengthenWaits(server, least, most = least) {
  sql(server, `UPDATE throttles SET blocked_until_ms = blocked_until_ms + 600000 WHERE blocked_until_ms > 0 AND failures BETWEEN ${least} AND ${most}`);
}
