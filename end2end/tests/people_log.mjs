// What the server logs of people. It stands after all their tests, so that it looks at the log of the whole run.

import { equal, ok } from "../lib/harness.mjs";
import { PASSWORD, ask, member, secrets } from "../lib/people.mjs";

export function peopleLogTests(describe, it, { place }) {
  const { server } = place;
  describe(place.name, () => {
    it("no secret stands in the server's log", async () => {
      const at = await server();
      // Enough to look for, also where this test runs alone.
      await member(at, "Lohvyn");
      const wrong = "Wrong-but-secret-11!";
      equal((await ask(at, "/v1/token", { login: "lohvyn", password: wrong })).status, 401, "a wrong password");
      const tokens = await (await ask(at, "/v1/token", { login: "lohvyn", password: PASSWORD })).json();
      const made = await fetch(`${at.url}/v1/api-keys`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${tokens.access_token}` },
        body: JSON.stringify({ name: "camera", scopes: ["analyses"] }),
      });
      const key = (await made.json()).secret;
      equal((await fetch(`${at.url}/v1/analyses`, { headers: { authorization: `Bearer ${key}` } })).status, 200, "the key");
      for (const secret of [wrong, tokens.access_token, tokens.refresh_token, key]) {
        ok(secret.length > 15, "a secret is missing");
        secrets.add(secret);
      }
      for (const secret of secrets) ok(!at.log().includes(secret), `the log tells ${secret}`);
      ok(at.log().includes("answered a request"), "the log is not read");
    });
  });
}
