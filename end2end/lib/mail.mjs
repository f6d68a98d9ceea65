// The mails that a server of the tests has written into its folder.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PATIENCE_MS = 30_000;

/** The link in the newest mail to an address that holds one, e.g. of the path `/confirm`; waits until it is there. */
export async function linkFor(data, recipient, path, { not = [] } = {}) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const links = (await mails(data)).filter((mail) => mail.to === recipient).flatMap((mail) => mail.links);
    const found = links.filter((link) => new URL(link).pathname === path && !not.includes(link));
    if (found.length) return found.at(-1);
    await new Promise((r) => setTimeout(r, 200));
  }
  throw new Error(`no mail to ${recipient} with a link to ${path}`);
}

/** Waits for a mail to an address with a subject like that. */
export async function mailFor(data, recipient, subject) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    if ((await mails(data)).some((mail) => mail.to === recipient && subject.test(mail.subject))) return;
    await new Promise((r) => setTimeout(r, 200));
  }
  throw new Error(`no mail to ${recipient} about ${subject}`);
}

async function mails(data) {
  const folder = join(data, "mail");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml")).sort();
  const sources = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return sources.map((source) => {
    // With or without a name before it (RFC 5322, 3.4).
    const to = source.match(/^To: (?:.*<)?([^<>\r\n]+?)>?\s*$/im)?.[1] ?? "";
    const subject = source.match(/^Subject: (.*)$/im)?.[1] ?? "";
    const text = decoded(source);
    return { to, subject, links: [...new Set(text.match(/https?:\/\/[^\s"<>]+/g) ?? [])] };
  });
}

/** The parts of a mail as text: quoted-printable and base64 (RFC 2045). */
function decoded(source) {
  return source.split(/\r?\n--[^\r\n]+\r?\n/).map((part) => {
    const [head, ...body] = part.split(/\r?\n\r?\n/);
    const text = body.join("\n\n");
    if (/quoted-printable/i.test(head)) {
      return text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    }
    if (/base64/i.test(head)) return Buffer.from(text, "base64").toString("utf8");
    return text;
  }).join("\n");
}
