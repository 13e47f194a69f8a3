import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import SqliteDatabase from "better-sqlite3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSite, type Run, type Site } from "./support/site.js";

let site: Site;
let running: ChildProcess | undefined;

beforeAll(() => {
  site = createSite();
  expect(site.run("init", "--create-token", "--so-pin-file", site.path("so-pin")).code).toBe(0);
  expect(site.run("development", "certificates", "--out", site.path("tls")).code).toBe(0);
});
afterAll(() => site.remove());

/** A new register of two keys, in each test. */
beforeEach(() => {
  removeRegister();
  for (const name of readdirSync(site.folder)) {
    if (/^(register\.sqlite\.|backup|audit)/.test(name)) rmSync(site.path(name), { recursive: true });
  }
  site.configure({ audit: "{ directory: audit }" });
  generate("zone/a");
  generate("zone/b");
});
afterEach(async () => {
  if (running !== undefined) await stop();
});

function removeRegister(): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(site.path(`register.sqlite${suffix}`), { force: true });
}

function generate(name: string): void {
  expect(site.run("key", "generate", "--name", name, "--usage", "P0")).toMatchObject({ code: 0 });
}

/** Changes the register behind everyone's back. */
function tamper(...statements: readonly string[]): void {
  const database = new SqliteDatabase(site.path("register.sqlite"));
  for (const sql of statements) expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  database.close();
}

function verify(...args: string[]): { readonly code: number | null; readonly found: Record<string, unknown> } {
  const { code, out } = site.run("register", "verify", "--json", ...args);
  return { code, found: JSON.parse(out) as Record<string, unknown> };
}

/** Starts the service; the log, once it serves. @throws when it ends instead, with what it said */
async function serve(): Promise<() => string> {
  const child = site.start("serve");
  running = child;
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", () => resolve());
    child.once("exit", (code) => {
      running = undefined;
      reject(new Error(`ended with ${code}: ${log}`));
    });
  });
  return () => log;
}

async function stop(): Promise<void> {
  const child = running;
  running = undefined;
  if (child === undefined) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function serveOnce(): Promise<void> {
  await serve();
  await stop();
}

/** Runs it on a terminal, and types a line once it is asked for one. */
async function typing(line: string, ...args: string[]): Promise<Run> {
  const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
  const env = { PATH: process.env["PATH"], PINMAC_CONFIG: site.path("server.yaml"), SHELL: "/bin/sh" };
  const command = [process.execPath, main, ...args].join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], { cwd: site.folder, env });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const before = out.split("> ").length;
    out += chunk.toString();
    if (out.split("> ").length > before) child.stdin.write(`${line}\n`);
  });
  const [code] = await once(child, "close");
  return { code: code as number, out, err: "" };
}

describe("pinmac register verify", () => {
  it("holds for what was registered, in the token too, and counts it", () => {
    const { code, found } = verify();
    expect(code).toBe(0);
    expect(found).toMatchObject({ holds: true, sealsChecked: true, keys: 2, changes: 4, faults: [] });
    expect(site.run("register", "verify").out).toMatch(/^The register holds\.\n/);
  });

  it("names two records that were swapped", () => {
    tamper(
      "UPDATE keys SET name = 'swap' WHERE name = 'zone/a'",
      "UPDATE keys SET name = 'zone/a' WHERE name = 'zone/b'",
      "UPDATE keys SET name = 'zone/b' WHERE name = 'swap'",
    );
    const { code, out } = site.run("register", "verify");
    expect(code).toBe(4);
    expect(out).toContain("key zone/a@1: SWAPPED: it holds what belongs to another record (key zone/b@1)");
    expect(out).toContain("key zone/b@1: SWAPPED");
  });

  it("finds a key that was changed together with the whole journal: the head's seal is the token's", () => {
    tamper("UPDATE register_head SET seal = randomblob(16)");
    expect(verify()).toMatchObject({ code: 4, found: { faults: [{ code: "HEAD_SEAL" }] } });
    expect(verify("--offline")).toMatchObject({ code: 0, found: { sealsChecked: false } });
  });

  it("finds a register with fewer changes than were noted on paper", () => {
    expect(verify("--expect", "4").code).toBe(0);
    expect(verify("--expect", "5").code).toBe(4);
  });
});

describe("the service", () => {
  it("serves the other keys when one record is gone, and says so", async () => {
    tamper("DELETE FROM keys WHERE name = 'zone/a'");
    const log = await serve();
    expect(log()).toContain('"faults":1');
    expect(log()).toContain('"alarm":"KEY_RECORD_CORRUPT"');
    await stop();
    const audit = readFileSync(site.path("audit/audit-0000000000000001.jsonl"), "utf8");
    expect(audit).toContain('"operation":"Alarm.KEY_RECORD_CORRUPT","keys":[{"name":"zone/a","version":1,"checkValue":""}]');
  });

  it("does not start on a journal that does not hold", async () => {
    tamper("UPDATE journal SET name = 'zone/c@1' WHERE seq = 1");
    await expect(serve()).rejects.toThrow(/ended with 4: [\s\S]*entry 1 of the journal: ENTRY_CHANGED/);
  });

  it("does not start on a register that is older than the audit log knows it", async () => {
    expect(site.run("register", "backup", "backup")).toMatchObject({ code: 0 });
    generate("zone/c");
    await serveOnce();
    removeRegister();
    copyFileSync(site.path("backup"), site.path("register.sqlite"));
    await expect(serve()).rejects.toThrow(/ended with 4: [\s\S]*entry 6 of the journal: OLDER/);
    expect(verify()).toMatchObject({ code: 4, found: { faults: [{ code: "OLDER" }] } });
  });

  it("does not start on a new register in the place of the one that it knew", async () => {
    await serveOnce();
    removeRegister();
    await expect(serve()).rejects.toThrow(/ended with 4: [\s\S]*OLDER/);
  });

  it("notes in the audit log what the command line changes meanwhile", async () => {
    await serve();
    generate("zone/c");
    await stop();
    const audit = readFileSync(site.path("audit/audit-0000000000000001.jsonl"), "utf8");
    expect(audit).toMatch(/"kind":"register","event":"noted","registerId":"[0-9a-f]{32}","registerSeq":6,/);
  });
});

describe("a register of before there was a journal", () => {
  beforeEach(() => tamper("DELETE FROM journal", "DELETE FROM register_head"));

  it("is not written, nor served, until it is sealed", async () => {
    expect(verify()).toMatchObject({ code: 4, found: { faults: [{ code: "NOT_SEALED" }] } });
    const refused = site.run("key", "generate", "--name", "zone/c", "--usage", "P0");
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("pinmac register seal") });
    await expect(serve()).rejects.toThrow(/ended with 4: [\s\S]*NOT_SEALED/);
    expect((await typing("seal 3 keys and 0 devices", "register", "seal")).code).toBe(1);
    expect(verify().code).toBe(4);
    expect(await typing("seal 2 keys and 0 devices", "register", "seal")).toMatchObject({ code: 0 });
    expect(verify()).toMatchObject({ code: 0, found: { keys: 2 } });
    await serveOnce();
  });

  it("is not sealed with a key in it that this token did not seal", async () => {
    tamper(
      "UPDATE keys SET sealed_key = CAST(substr(sealed_key, 1, length(sealed_key) - 1) || x'00' AS BLOB) WHERE name = 'zone/a'",
    );
    const { code, out } = await typing("seal 2 keys and 0 devices", "register", "seal");
    expect(code).toBe(4);
    expect(out).toContain("zone/a@1: SEAL");
  });
});

describe("pinmac register backup and restore", () => {
  it("give back every key, and keep the register that was there", async () => {
    await serve();
    expect(site.run("register", "backup", "backup")).toMatchObject({ code: 0 });
    expect(statSync(site.path("backup")).mode & 0o777).toBe(0o600);
    expect(statSync(site.path("backup.json")).mode & 0o777).toBe(0o600);
    expect(site.run("register", "restore", "backup")).toMatchObject({
      code: 2,
      err: expect.stringContaining("stop the service"),
    });
    await stop();
    tamper("DELETE FROM keys WHERE name = 'zone/b'");
    expect(site.run("register", "restore", "backup")).toMatchObject({ code: 0 });
    expect(verify()).toMatchObject({ code: 0, found: { keys: 2 } });
    expect(readdirSync(site.folder).filter((name) => name.startsWith("register.sqlite.replaced-"))).toHaveLength(1);
    expect(existsSync(site.path("register.sqlite.restoring"))).toBe(false);
    await serveOnce();
  });

  it("do not write over a file", () => {
    site.write("backup", "mine");
    expect(site.run("register", "backup", "backup")).toMatchObject({ code: 2, err: expect.stringContaining("exists") });
    expect(readFileSync(site.path("backup"), "utf8")).toBe("mine");
  });

  it("do not copy a register that does not hold", () => {
    tamper("DELETE FROM keys WHERE name = 'zone/b'");
    expect(site.run("register", "backup", "backup")).toMatchObject({
      code: 4,
      err: expect.stringContaining("zone/b@1: DELETED"),
    });
    expect(readdirSync(site.folder).filter((name) => name.startsWith("backup"))).toEqual([]);
  });

  it("refuse a backup that was changed, though its manifest was made to fit", () => {
    expect(site.run("register", "backup", "backup").code).toBe(0);
    const database = new SqliteDatabase(site.path("backup"));
    database.exec("DELETE FROM keys WHERE name = 'zone/b'");
    database.close();
    expect(site.run("register", "restore", "backup")).toMatchObject({ code: 4, err: expect.stringContaining("manifest") });
    const manifest = JSON.parse(readFileSync(site.path("backup.json"), "utf8")) as Record<string, unknown>;
    const sha256 = digestOf(site.path("backup"));
    site.write("backup.json", JSON.stringify({ ...manifest, sha256 }));
    expect(site.run("register", "restore", "backup")).toMatchObject({
      code: 4,
      err: expect.stringContaining("zone/b@1: DELETED"),
    });
    expect(verify()).toMatchObject({ code: 0 });
  });

  it("refuse the ledger's file", () => {
    const other = new SqliteDatabase(site.path("backup"));
    other.exec("CREATE TABLE ksns (a)");
    other.close();
    const manifest = {
      format: 1,
      registerId: "0".repeat(32),
      changes: 1,
      hash: "0".repeat(64),
      keys: 0,
      initialKeys: 0,
      madeAt: "",
    };
    site.write("backup.json", JSON.stringify({ ...manifest, sha256: digestOf(site.path("backup")) }));
    expect(site.run("register", "restore", "backup")).toMatchObject({
      code: 2,
      err: expect.stringContaining("is not the database"),
    });
  });

  it("go back to an older state only after its phrase, name what is lost, and record it", async () => {
    expect(site.run("register", "backup", "backup").code).toBe(0);
    generate("zone/c");
    await serveOnce();
    const wrong = await typing("yes", "register", "restore", "backup");
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain("zone/c@1");
    expect(verify()).toMatchObject({ code: 0, found: { keys: 3 } });
    expect(await typing("go back to change 4", "register", "restore", "backup")).toMatchObject({ code: 0 });
    expect(verify()).toMatchObject({ code: 0, found: { keys: 2 } });
    const audit = readFileSync(site.path("audit/audit-0000000000000001.jsonl"), "utf8");
    expect(audit).toMatch(/"kind":"register","event":"restored","registerId":"[0-9a-f]{32}","registerSeq":4,/);
    await serveOnce();
  });
});

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
