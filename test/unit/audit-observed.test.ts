import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AuditLogOptions, openAuditLog } from "../../src/audit/index.js";
import { auditEntry, auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const key = makeAuditKey();
let folder: ReturnType<typeof makeAuditFolder>;

beforeEach(() => {
  folder = makeAuditFolder();
});
afterEach(() => folder.remove());

const open = (more: Partial<AuditLogOptions>) => openAuditLog(auditOptions(folder.directory, key, more));

describe("an audit log tells", () => {
  it("of every write how many records it had", async () => {
    const writes: number[] = [];
    const log = await open({ onWrite: (records) => writes.push(records) });
    const before = writes.length;
    await Promise.all([1, 2, 3].map((number) => log.append(auditEntry(number))));
    await log.append(auditEntry(4));
    expect(writes.slice(before)).toEqual([3, 1]);
    expect(writes.reduce((sum, records) => sum + records, 0)).toBe(log.head.seq);
    await log.close();
  });

  it("since when a record waits for a signed checkpoint, also while the signer fails", async () => {
    let now = 1_000;
    let fails = true;
    const signer = {
      ...key.signer,
      sign: (bytes: Buffer) => (fails ? Promise.reject(new Error("away")) : key.signer.sign(bytes)),
    };
    const log = await open({ now: () => now, signer, checkpointRecords: 2 });
    await log.append(auditEntry(1));
    const oldest = log.unsignedSince;
    expect(oldest).toBe(1_000);
    for (let number = 2; number < 8; number += 1) {
      now += 500;
      await log.append(auditEntry(number));
      await new Promise((resolve) => setImmediate(resolve));
      expect(log.unsignedSince).toBe(oldest);
    }
    fails = false;
    now = 9_000;
    await log.append(auditEntry(8));
    await log.append(auditEntry(9));
    await expect.poll(() => log.unsignedSince ?? now).toBe(9_000);
    await log.close();
    expect(log.unsignedSince).toBeUndefined();
  });
});
