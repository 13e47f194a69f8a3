import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openAuditLog, verifyAudit } from "../../src/audit/index.js";
import { auditEntry, auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const APPENDER = fileURLToPath(new URL("./support/audit-appender.mjs", import.meta.url));
const ROUNDS = 12;

const { privateKey, publicKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
let folder: ReturnType<typeof makeAuditFolder>;

beforeEach(() => {
  expect(existsSync(fileURLToPath(new URL("../../dist/audit/index.js", import.meta.url))), "dist is missing: build first").toBe(
    true,
  );
  folder = makeAuditFolder();
});
afterEach(() => folder.remove());

const argument = (more: object) =>
  JSON.stringify({ directory: folder.directory, privateKeyPem: privateKey, publicKeyPem: publicKey, concurrency: 16, ...more });

function loggedCalls(): Set<string> {
  const texts = folder.segments().map((name) => readFileSync(folder.path(name), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(/"correlationId":"(call-\d+)"/g)].map(([, id]) => `${id}`)));
}

it("loses no acknowledged record when the writer is killed, again and again", async () => {
  let acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, [APPENDER, argument({ first: round * 1_000_000, count: 1_000_000 })], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 5 + round * 9));
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
    acknowledged = [...acknowledged, ...out.split("\n").slice(0, -1)];
  }
  const logged = loggedCalls();
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * 10);
  expect(acknowledged.filter((number) => !logged.has(`call-${number}`))).toEqual([]);
  const last = spawnSync(process.execPath, [APPENDER, argument({ first: 0, count: 0 })], { encoding: "utf8" });
  expect(last.status, last.stderr).toBe(0);
  expect(await verifyAudit(folder.directory, publicKey)).toMatchObject({ holds: true });
});

it("cuts off a torn last record and notes it", async () => {
  const key = makeAuditKey();
  const log = await openAuditLog(auditOptions(folder.directory, key));
  await log.append(auditEntry(1));
  await log.close();
  appendFileSync(folder.path(`${folder.segments()[0]}`), '{"seq":6,"at":"2026-');
  const again = await openAuditLog(auditOptions(folder.directory, key));
  await again.append(auditEntry(2));
  await again.close();
  expect(readFileSync(folder.path(`${folder.segments()[0]}`), "utf8")).toContain('"kind":"repaired","bytes":20,');
  expect(await verifyAudit(folder.directory, key.publicKeyPem)).toMatchObject({
    holds: true,
    report: { calls: 2, repairs: 1 },
  });
});

it("does not repair a whole last record that was changed", async () => {
  const key = makeAuditKey();
  await (await openAuditLog(auditOptions(folder.directory, key))).close();
  appendFileSync(folder.path(`${folder.segments()[0]}`), '{"seq":5}\n');
  await expect(openAuditLog(auditOptions(folder.directory, key))).rejects.toMatchObject({ code: "DAMAGED" });
});

it("refuses every entry that the file size limit of the process leaves no room for, and keeps the others", async () => {
  const child = spawnSync(
    "bash",
    ["-c", 'ulimit -f 64; exec "$0" "$1" "$2"', process.execPath, APPENDER, argument({ first: 0, count: 2_000 })],
    {
      encoding: "utf8",
    },
  );
  expect(child.status, child.stderr).toBe(0);
  const lines = child.stdout.split("\n").slice(0, -1);
  const acknowledged = lines.filter((line) => !line.startsWith("refused"));
  const refused = lines.filter((line) => line === "refused AUDIT_UNAVAILABLE");
  expect(acknowledged.length).toBeGreaterThan(50);
  expect(acknowledged.length + refused.length).toBe(2_000);
  expect(refused.length).toBeGreaterThan(1_000);
  expect([...loggedCalls()].sort()).toEqual(acknowledged.map((number) => `call-${number}`).sort());
  expect(await verifyAudit(folder.directory, publicKey)).toMatchObject({ holds: true });
});
