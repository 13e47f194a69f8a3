import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry, AuditLogOptions, CheckpointSigner } from "../../src/audit/index.js";

/** An audit key in software: what the token does, done by node:crypto. */
export interface TestAuditKey {
  readonly signer: CheckpointSigner;
  readonly publicKeyPem: string;
}

export function makeAuditKey(): TestAuditKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer: CheckpointSigner = {
    keyId: "test-audit-key",
    sign: async (bytes) => sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" }),
  };
  return { signer, publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** A folder that `remove` removes. */
export function makeAuditFolder() {
  const directory = mkdtempSync(join(tmpdir(), "pinmac-audit-"));
  return {
    directory,
    segments: () =>
      readdirSync(directory)
        .filter((name) => /^audit-\d+\.jsonl(\.gz)?$/.test(name))
        .sort(),
    path: (name: string) => join(directory, name),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The options that most tests use: no timer interferes. */
export function auditOptions(directory: string, key: TestAuditKey, more: Partial<AuditLogOptions> = {}): AuditLogOptions {
  return { directory, ...key, checkpointSeconds: 3_600, ...more };
}

/** A call, told apart by its number. */
export function auditEntry(number: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    caller: "CN=switch-1",
    operation: "PinService.TranslatePin",
    keys: [{ name: "issuer/zone-pin", version: 2, checkValue: "A1B2C3" }],
    outcome: "OK",
    latencyMicroseconds: 812,
    correlationId: `call-${number}`,
    digests: { pan: "ab".repeat(32), pinBlock: "cd".repeat(32) },
    at: 1_767_225_600_000 + number,
    ...more,
  };
}
