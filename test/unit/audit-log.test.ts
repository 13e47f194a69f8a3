import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeDisk } from "../../src/audit/audit-disk.js";
import { type AuditDisk, type AuditEntry, type AuditLogOptions, openAuditLog, verifyAudit } from "../../src/audit/index.js";
import { auditEntry, auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const key = makeAuditKey();
let folder: ReturnType<typeof makeAuditFolder>;

beforeEach(() => {
  folder = makeAuditFolder();
});
afterEach(() => folder.remove());

const options = (more: Partial<AuditLogOptions> = {}) => auditOptions(folder.directory, key, more);
const verify = () => verifyAudit(folder.directory, key.publicKeyPem);

/** All lines of the log, compressed or not. */
function lines(): Record<string, unknown>[] {
  return folder.segments().flatMap((name) => {
    const bytes = readFileSync(folder.path(name));
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  });
}

/** The real disk, with its syncs counted. */
function countingDisk() {
  const counts = { writes: 0, syncs: 0 };
  const disk: AuditDisk = {
    ...nodeDisk,
    create: async (path) => {
      const file = await nodeDisk.create(path);
      const write = (bytes: Buffer) => {
        counts.writes += 1;
        return file.write(bytes);
      };
      const sync = () => {
        counts.syncs += 1;
        return file.sync();
      };
      return { ...file, write, sync };
    },
  };
  return { counts, disk };
}

describe("an audit log", () => {
  it("says what opened it, and of what form that must be", async () => {
    const service = {
      version: "1.2.3",
      front: 2,
      fronts: 3,
      token: { label: "pay", description: "SoftHSM project, SoftHSM v2, firmware 2.6", serial: "4711" },
      files: { configuration: "ab".repeat(32) },
      digestSecret: "0123456789abcdef",
    };
    const log = await openAuditLog({ ...options(), service });
    await log.close();
    expect(lines()[1]).toMatchObject({ kind: "opened", service });
    expect(await verify()).toMatchObject({ holds: true });
    const open = () => openAuditLog({ ...options(), service: { ...service, digestSecret: "secret" } });
    await expect(open()).rejects.toThrow("malformed");
  });

  it("counts an entry for as many calls as it stands for", async () => {
    const log = await openAuditLog(options());
    await log.append(auditEntry(1, { outcome: "OVERLOADED", count: 40 }));
    await log.append(auditEntry(2, { outcome: "OVERLOADED" }));
    await expect(log.append(auditEntry(3, { count: 0 }))).rejects.toThrow("count");
    await log.close();
    expect(lines().find(({ kind }) => kind === "checkpoint")).toMatchObject({ counts: { OVERLOADED: 41 } });
    expect(await verify()).toMatchObject({ holds: true, report: { calls: 41 } });
  });

  it("keeps entries as canonical lines of a chain, files for their owner only", async () => {
    const log = await openAuditLog(options());
    await log.append(auditEntry(1, { outcome: "PIN_BLOCK_INVALID" }));
    await log.close();
    expect(folder.segments()).toEqual(["audit-0000000000000001.jsonl"]);
    expect(statSync(folder.path("audit-0000000000000001.jsonl")).mode & 0o777).toBe(0o600);
    expect(lines().map(({ kind }) => kind)).toEqual(["segment", "opened", "call", "checkpoint", "signature"]);
    expect(lines().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(lines()[2]).toMatchObject({ outcome: "PIN_BLOCK_INVALID", correlationId: "call-1", at: "2026-01-01T00:00:00.001Z" });
    expect(lines()[3]).toMatchObject({ counts: { PIN_BLOCK_INVALID: 1 } });
    expect(await verify()).toMatchObject({
      holds: true,
      report: { records: 5, calls: 1, signedCheckpoint: { seq: 4 }, unsignedRecords: 1 },
    });
  });

  it("keeps the order of 10,000 entries at once, and groups them", async () => {
    const { counts, disk } = countingDisk();
    const log = await openAuditLog(options({ disk }));
    await Promise.all(Array.from({ length: 10_000 }, (_, number) => log.append(auditEntry(number))));
    expect(counts.syncs).toBeGreaterThanOrEqual(10);
    expect(counts.syncs).toBeLessThan(60);
    await log.close();
    const calls = lines().filter(({ kind }) => kind === "call");
    expect(calls.map(({ correlationId }) => correlationId)).toEqual(
      Array.from({ length: 10_000 }, (_, number) => `call-${number}`),
    );
    expect(await verify()).toMatchObject({ holds: true, report: { calls: 10_000 } });
  });

  it("syncs before it acknowledges", async () => {
    const { counts, disk } = countingDisk();
    const log = await openAuditLog(options({ disk }));
    for (let number = 0; number < 5; number += 1) {
      const before = counts.syncs;
      await log.append(auditEntry(number));
      expect(counts.syncs).toBe(before + 1);
    }
    await log.close();
  });

  it("goes on after a restart", async () => {
    for (let start = 0; start < 3; start += 1) {
      const log = await openAuditLog(options());
      await log.append(auditEntry(start));
      await log.close();
    }
    expect(folder.segments()).toHaveLength(1);
    expect(await verify()).toMatchObject({ holds: true, report: { calls: 3, records: 13 } });
  });

  it("rotates by size, compresses what is closed, and verifies over both forms", async () => {
    const log = await openAuditLog(options({ maxSegmentBytes: 20_000 }));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 30 }, (_, number) => log.append(auditEntry(round * 30 + number))));
    }
    await log.compressed();
    expect(folder.segments().filter((name) => name.endsWith(".gz")).length).toBeGreaterThan(3);
    expect(folder.segments().filter((name) => !name.endsWith(".gz"))).toHaveLength(1);
    await log.close();
    for (const name of folder.segments()) expect(statSync(folder.path(name)).mode & 0o777).toBe(0o600);
    expect(lines().filter(({ kind }) => kind === "call")).toHaveLength(300);
    expect(await verify()).toMatchObject({ holds: true, report: { calls: 300, segments: folder.segments().length } });
    const reopened = await openAuditLog(options());
    await reopened.close();
    expect(await verify()).toMatchObject({ holds: true });
  });

  it("rotates by age", async () => {
    let now = Date.now();
    const log = await openAuditLog(options({ maxSegmentSeconds: 60, compress: false, now: () => now }));
    await log.append(auditEntry(1));
    now += 61_000;
    await log.append(auditEntry(2));
    await log.close();
    expect(folder.segments()).toHaveLength(2);
    expect(await verify()).toMatchObject({ holds: true });
  });

  it("makes a checkpoint after so many records and after so long", async () => {
    const log = await openAuditLog(options({ checkpointRecords: 10, checkpointSeconds: 0.05 }));
    await Promise.all(Array.from({ length: 20 }, (_, number) => log.append(auditEntry(number))));
    await expect.poll(() => lines().filter(({ kind }) => kind === "signature").length).toBe(1);
    await log.append(auditEntry(21));
    await expect.poll(() => lines().filter(({ kind }) => kind === "signature").length).toBe(2);
    await log.close();
    expect(await verify()).toMatchObject({ holds: true });
  });

  it("does not wait for a signer that hangs, notes faults, and signs a later checkpoint", async () => {
    const faults: unknown[] = [];
    let hang = true;
    const signer = {
      keyId: "k",
      sign: (bytes: Buffer) => (hang ? new Promise<Buffer>(() => undefined) : key.signer.sign(bytes)),
    };
    const log = await openAuditLog(
      options({
        signer,
        checkpointRecords: 5,
        checkpointSeconds: 0.05,
        signSeconds: 0.05,
        onFault: (fault) => faults.push(fault),
      }),
    );
    for (let number = 0; number < 30; number += 1) await log.append(auditEntry(number));
    await expect.poll(() => faults.length).toBeGreaterThan(0);
    hang = false;
    await expect.poll(() => lines().some(({ kind }) => kind === "signature")).toBe(true);
    await log.close();
    expect(await verify()).toMatchObject({ holds: true });
  });

  it("writes no signature of another key", async () => {
    const faults: unknown[] = [];
    const log = await openAuditLog(options({ signer: makeAuditKey().signer, onFault: (fault) => faults.push(fault) }));
    await log.append(auditEntry(1));
    await log.close();
    expect(faults).toHaveLength(1);
    expect(lines().some(({ kind }) => kind === "signature")).toBe(false);
  });

  it("belongs to one process and one key at a time", async () => {
    const log = await openAuditLog(options());
    await expect(openAuditLog(options())).rejects.toMatchObject({ code: "IN_USE" });
    await log.close();
    await expect(openAuditLog({ ...options(), ...makeAuditKey() })).rejects.toMatchObject({ code: "KEY_CHANGED" });
    await expect(openAuditLog({ ...options(), publicKeyPem: "x" })).rejects.toMatchObject({ code: "KEY_INVALID" });
    await (await openAuditLog(options())).close();
  });

  it("refuses entries once it is closed", async () => {
    const log = await openAuditLog(options());
    await log.close();
    await expect(log.append(auditEntry(1))).rejects.toMatchObject({ reason: "AUDIT_UNAVAILABLE" });
  });
});

describe("what may be written", () => {
  const CANARIES = ["4000001234562345", "0412AC89ABCDEF67", "FFFF9876543210E00001", "cleartext-message"];

  it("is only what the allow-list names", async () => {
    const [pan, pinBlock, ksn, message] = CANARIES;
    const laden = {
      ...auditEntry(1, { correlationId: `x-${pan}-y` }),
      pan,
      pinBlock: Buffer.from(`${pinBlock}`),
      request: { ksn, message },
      keys: [{ name: "a", version: 1, checkValue: "", material: message }],
      digests: { pan: "ab".repeat(32), [`${ksn}`]: "cd".repeat(32), clear: pan },
    } as unknown as AuditEntry;
    const log = await openAuditLog(options());
    await log.append(laden);
    await log.close();
    const text = readFileSync(folder.path(`${folder.segments()[0]}`), "utf8");
    for (const canary of CANARIES) expect(text).not.toContain(canary);
    expect(lines()[2]).toMatchObject({
      correlationId: "x-****************-y",
      keys: [{ name: "a", version: 1, checkValue: "" }],
    });
  });

  it.each([
    ["a PAN for a digest", { digests: { pan: "4000001234562345" } }],
    ["a PIN block of format 4 for a digest", { digests: { pinBlock: "0123456789abcdef0123456789abcdef" } }],
    ["a whole check value", { keys: [{ name: "a", version: 1, checkValue: "0123456789ABCDEF" }] }],
    ["an unknown outcome", { outcome: "4000001234562345" }],
    ["an operation with blanks", { operation: "a b" }],
    ["a correlation id with a newline", { correlationId: "a\nb" }],
    ["a negative latency", { latencyMicroseconds: -1 }],
  ])("is not %s, and the chain goes on", async (_title, wrong) => {
    const log = await openAuditLog(options());
    const results = await Promise.allSettled([
      log.append(auditEntry(1)),
      log.append(auditEntry(2, wrong as unknown as Partial<AuditEntry>)),
      log.append(auditEntry(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: expect.any(TypeError) as unknown });
    await log.close();
    expect(await verify()).toMatchObject({ holds: true, report: { calls: 2 } });
  });

  it("takes a caller of any characters, and keeps 256", async () => {
    const log = await openAuditLog(options());
    await log.append(auditEntry(1, { caller: `é"\n\\${"x".repeat(1_000)}` }));
    await log.close();
    expect(String(lines()[2]?.["caller"])).toHaveLength(256);
    expect(await verify()).toMatchObject({ holds: true });
  });
});
