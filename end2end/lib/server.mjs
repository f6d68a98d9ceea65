// Starts `iia serve` with a fresh data folder for tests that need a server of their own.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_MS = 90_000;
/** Enough for all that the tests have logged. */
const LOG_CHARACTERS = 10_000_000;

/** Starts a server; `env` adds settings (IIA_ANONYMOUS_ANALYSES=1), `args` flags. */
export async function startServer({ env = {}, args = [], port: asked }) {
  const executable = process.env.IIA_BIN;
  if (!executable) throw new Error("IIA_BIN must name the executable");
  const data = await mkdtemp(join(tmpdir(), "iia-end2end-"));
  const port = asked ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(executable, ["serve", "--listen", `127.0.0.1:${port}`, "--data", data, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const keep = (chunk) => { log = (log + chunk).slice(-LOG_CHARACTERS); };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async (signal = "SIGTERM") => {
    child.kill(signal);
    await Promise.race([ended, new Promise((r) => setTimeout(r, 15_000))]);
    if (child.exitCode === null) child.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
  };
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the server ended at once:\n${log.slice(-20_000)}`);
    try {
      if ((await fetch(`${url}/readyz`)).ok) return { url, port, data, env, stop, log: () => log };
    } catch { /* not yet */ }
    await new Promise((r) => setTimeout(r, 150));
  }
  await stop("SIGKILL");
  throw new Error(`the server was not ready in time:\n${log.slice(-20_000)}`);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
