import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createSite, type Site } from "./support/site.js";

let site: Site;

beforeAll(() => {
  site = createSite();
  expect(site.run("init", "--create-token", "--so-pin-file", site.path("so-pin")).code).toBe(0);
});
afterAll(() => site.remove());

/** The first bytes of a secret key's file, as a creation leaves it that is killed. @returns the path */
function leaveHalfObject(): string {
  const tokens = site.path("tokens");
  const files = readdirSync(tokens, { recursive: true, encoding: "utf8" }).map((name) => join(tokens, name));
  // The largest is the storage master key's, which has most attributes. Their values are enciphered.
  const objects = files.filter((file) => file.endsWith(".object"));
  const [whole] = objects.toSorted((one, other) => statSync(other).size - statSync(one).size);
  if (whole === undefined) throw new Error("The token has no object.");
  const name = join(dirname(whole), randomUUID());
  const half = `${name}.object`;
  // SoftHSM makes it with every object, and does not destroy one without.
  writeFileSync(`${name}.lock`, "", { mode: 0o600 });
  writeFileSync(half, readFileSync(whole).subarray(0, 72), { mode: 0o600 });
  return half;
}

async function quarantine(typed: string): Promise<{ readonly code: unknown; readonly out: string }> {
  const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
  const env = { PATH: process.env["PATH"], PINMAC_CONFIG: site.path("server.yaml"), SHELL: "/bin/sh" };
  const command = [process.execPath, main, "token", "quarantine"].join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], { cwd: site.folder, env });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const asked = out.split("> ").length;
    out += chunk.toString();
    if (out.split("> ").length > asked) child.stdin.write(`${typed}\n`);
  });
  const [code] = await once(child, "close");
  return { code, out };
}

it("half objects are shown by doctor, and destroyed only after their phrase", async () => {
  expect(site.run("token", "quarantine")).toMatchObject({ code: 0, out: expect.stringContaining("no half object") });
  const half = leaveHalfObject();
  expect(JSON.parse(site.run("doctor", "--json").out)).toMatchObject({ healthy: true, halfObjects: 1 });
  expect((await quarantine("yes")).code).toBe(1);
  expect(existsSync(half)).toBe(true);
  expect(await quarantine("destroy 1 half objects")).toMatchObject({ code: 0, out: expect.stringContaining("were destroyed") });
  expect(existsSync(half)).toBe(false);
  expect(JSON.parse(site.run("doctor", "--json").out)).toMatchObject({ healthy: true, halfObjects: 0 });
});
