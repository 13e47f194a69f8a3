import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MethodDefinition } from "@grpc/grpc-js";
import SqliteDatabase from "better-sqlite3";
import { service as healthService } from "grpc-health-check";
import { afterEach, expect, it } from "vitest";
import { nodeDisk } from "../../src/audit/audit-disk.js";
import { type AppendFile, type AuditDisk, openAuditLog, verifyAudit } from "../../src/audit/index.js";
import type { ServerOptions } from "../../src/service/index.js";
import { LedgerModes } from "../../src/service/spending/index.js";
import { loadBudgetSecret } from "../../src/store/budgets/index.js";
import { openKsnLedger } from "../../src/store/ledger/index.js";
import { auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";
import { errorOf } from "./support/clients.js";
import { byName, CANARIES, generateMacRequest, verifyMacRequest } from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const HEALTH = (healthService as unknown as Record<"Check", MethodDefinition<{ service: string }, { status: string }>>).Check;

let server: TestServer;
let undo: (() => unknown)[] = [];

afterEach(async () => {
  await server.stop();
  for (const step of undo) await step();
  undo = [];
});

async function start(options: Partial<ServerOptions>): Promise<void> {
  server = await startTestServer(new ScriptedEngine(), options);
  await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
  await server.register.add(sealUnopenable(sampleHeader("bdk", { name: "canary/bdk" })));
}

async function expectHealth(status: "SERVING" | "NOT_SERVING"): Promise<void> {
  const ask = async () => (await server.client.call(HEALTH, { service: "pinmac.v1.MacService" })).status;
  await expect.poll(ask, { timeout: 10_000 }).toBe(status);
}

/** A disk that has no room while it is told so. */
function fillableDisk() {
  const state = { full: false };
  const wrap = (file: AppendFile): AppendFile => ({
    close: () => file.close(),
    truncate: (length) => file.truncate(length),
    sync: () => file.sync(),
    write: async (bytes) => {
      if (state.full) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      await file.write(bytes);
    },
  });
  const disk: AuditDisk = { ...nodeDisk, create: async (path) => wrap(await nodeDisk.create(path)) };
  return { disk, state };
}

it("the server does not serve while the audit log cannot be written, and serves again without a call", async () => {
  const folder = makeAuditFolder();
  const key = makeAuditKey();
  const { disk, state } = fillableDisk();
  const log = await openAuditLog(auditOptions(folder.directory, key, { disk }));
  await start({ audit: log });
  await expectHealth("SERVING");
  state.full = true;
  expect(await errorOf(server.client.generateMac(generateMacRequest()))).toMatchObject({ reason: "AUDIT_UNAVAILABLE" });
  await expectHealth("NOT_SERVING");
  state.full = false;
  await expectHealth("SERVING");
  await server.client.generateMac(generateMacRequest());
  await log.close();
  expect(await verifyAudit(folder.directory, key.publicKeyPem)).toMatchObject({ holds: true, report: { calls: 1 } });
  folder.remove();
});

it("the server does not serve while the ledger cannot be written, and serves again without a call", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinmac-unavailable-"));
  const path = join(folder, "ledger.sqlite");
  const ledger = openKsnLedger(path);
  const secret = loadBudgetSecret(`${path}.secret`);
  undo.push(
    () => ledger.close(),
    () => rmSync(folder, { recursive: true }),
  );
  await start({ spending: { ksns: { ledger, secret, modes: new LedgerModes("enforce") } } });
  const verify = () => server.client.verifyMac(verifyMacRequest({ key: byName("canary/bdk"), ksn: CANARIES.ksn }));
  const other = new SqliteDatabase(path);
  other.exec("BEGIN IMMEDIATE");
  expect(await errorOf(verify())).toMatchObject({ reason: "LEDGER_UNAVAILABLE", retryMs: 1_000 });
  await expectHealth("NOT_SERVING");
  other.close();
  await expectHealth("SERVING");
  await verify();
});

it("one failure that a second try does not confirm changes nothing", async () => {
  let probes = 0;
  await start({
    audit: {
      append: () => Promise.reject(new Error("once")),
      probe: async () => {
        probes += 1;
      },
    },
  });
  expect(await errorOf(server.client.generateMac(generateMacRequest()))).toMatchObject({ reason: "AUDIT_UNAVAILABLE" });
  expect(probes).toBe(1);
  await expectHealth("SERVING");
});
