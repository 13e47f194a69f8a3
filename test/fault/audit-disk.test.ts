import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { nodeDisk } from "../../src/audit/audit-disk.js";
import { type AppendFile, type AuditDisk, openAuditLog, verifyAudit } from "../../src/audit/index.js";
import { auditEntry, auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const key = makeAuditKey();
let folder: ReturnType<typeof makeAuditFolder>;

beforeEach(() => {
  folder = makeAuditFolder();
});
afterEach(() => folder.remove());

type Fault = "none" | "write" | "half" | "sync" | "create" | "truncate";

/** A disk that fails as it is told: no space, half a write and then no space, a failing sync, a failing creation, and no cutting off either. */
function faultyDisk() {
  const state: { fault: Fault } = { fault: "none" };
  const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
  const wrap = (file: AppendFile): AppendFile => ({
    close: () => file.close(),
    truncate: async (length) => {
      if (state.fault === "truncate") throw full;
      await file.truncate(length);
    },
    write: async (bytes) => {
      if (state.fault === "half" || state.fault === "truncate") await file.write(bytes.subarray(0, bytes.length / 2));
      if (["write", "half", "truncate"].includes(state.fault)) throw full;
      await file.write(bytes);
    },
    sync: async () => {
      if (state.fault === "sync") throw full;
      await file.sync();
    },
  });
  const disk: AuditDisk = {
    ...nodeDisk,
    create: async (path) => {
      if (state.fault === "create") throw full;
      return wrap(await nodeDisk.create(path));
    },
  };
  return { disk, state };
}

it.each(["write", "half", "sync", "truncate"] as const)(
  "fails closed at %s, recovers, and says how many were refused",
  async (fault) => {
    const { disk, state } = faultyDisk();
    const changes: boolean[] = [];
    const log = await openAuditLog(
      auditOptions(folder.directory, key, { disk, onAvailability: (available) => changes.push(available) }),
    );
    await log.append(auditEntry(1));
    state.fault = fault;
    const refused = await Promise.allSettled([log.append(auditEntry(2)), log.append(auditEntry(3))]);
    for (const result of refused) expect(result).toMatchObject({ status: "rejected", reason: { reason: "AUDIT_UNAVAILABLE" } });
    expect(log.available).toBe(false);
    state.fault = "none";
    await log.append(auditEntry(4));
    expect(log.available).toBe(true);
    await log.close();
    expect(changes).toEqual([false, true]);
    const text = readFileSync(folder.path(`${folder.segments()[0]}`), "utf8");
    expect(text).toContain('"kind":"resumed","refused":2,');
    expect(text).not.toMatch(/call-[23]"/);
    expect(await verifyAudit(folder.directory, key.publicKeyPem)).toMatchObject({ holds: true, report: { calls: 2 } });
  },
);

it.each(["create", "write", "half", "truncate"] as const)(
  "fails closed when a new segment meets %s, and recovers",
  async (fault) => {
    const { disk, state } = faultyDisk();
    const log = await openAuditLog(auditOptions(folder.directory, key, { disk, maxSegmentBytes: 500, compress: false }));
    await log.append(auditEntry(1));
    await log.append(auditEntry(2));
    state.fault = fault;
    await expect(log.append(auditEntry(3))).rejects.toMatchObject({ reason: "AUDIT_UNAVAILABLE" });
    await expect(log.append(auditEntry(4))).rejects.toMatchObject({ reason: "AUDIT_UNAVAILABLE" });
    state.fault = "none";
    await log.append(auditEntry(5));
    await log.close();
    expect(folder.segments().length).toBeGreaterThan(1);
    expect(await verifyAudit(folder.directory, key.publicKeyPem)).toMatchObject({ holds: true, report: { calls: 3 } });
  },
);

it("does not open on a full disk", async () => {
  const { disk, state } = faultyDisk();
  state.fault = "write";
  await expect(openAuditLog(auditOptions(folder.directory, key, { disk }))).rejects.toMatchObject({
    reason: "AUDIT_UNAVAILABLE",
  });
  state.fault = "none";
  await (await openAuditLog(auditOptions(folder.directory, key, { disk }))).close();
  expect(await verifyAudit(folder.directory, key.publicKeyPem)).toMatchObject({ holds: true });
});
