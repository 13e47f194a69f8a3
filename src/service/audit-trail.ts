import { randomUUID } from "node:crypto";
import type { AuditEntry, AuditedKey, AuditOutcome } from "../audit/index.js";
import type { KeyHeader } from "../keyblock/key-header.js";
import { isKeyName } from "../keyblock/key-name.js";
import type { AuditSubjects } from "./audit-subjects.js";

/** Where calls are recorded: the audit log. */
export interface AuditSink {
  /** Resolves when the entry is on disk. @throws Refusal AUDIT_UNAVAILABLE */
  append(entry: AuditEntry): Promise<void>;
  /** Resolves when the log can be written. @throws Refusal AUDIT_UNAVAILABLE */
  probe?(): Promise<void>;
  /** The digests to record; without it there are none. */
  digestsOf?(subjects: AuditSubjects): AuditEntry["digests"];
}

/** What is known of a call when it has ended. */
export interface EndedCall {
  /** The gRPC path, such as `/pinmac.v1.PinService/TranslatePin`. */
  readonly path: string;
  readonly caller: string;
  readonly usedKeys: readonly AuditedKey[];
  readonly outcome: AuditOutcome;
  readonly milliseconds: number;
  /** The number of a stream's item; a single call has none and is given a random one. */
  readonly correlationId?: string;
  readonly digests: AuditEntry["digests"];
}

/** More keys than any request has. */
const MAX_KEYS = 64;

/** The entry of a call. Nothing of a request but the names of its keys, and digests, is in it. */
export function auditEntryOf({ path, caller, usedKeys, outcome, milliseconds, correlationId, digests }: EndedCall): AuditEntry {
  return {
    caller,
    operation: operationOf(path),
    keys: distinctKeys(usedKeys),
    outcome,
    latencyMicroseconds: Math.max(0, Math.round(milliseconds * 1_000)),
    correlationId: correlationId ?? randomUUID(),
    digests,
    at: Date.now(),
  };
}

/** `/pinmac.v1.PinService/TranslatePin` is `PinService.TranslatePin`. */
export function operationOf(path: string): string {
  const [service = "", method = ""] = path.split("/").slice(1);
  return `${service.slice(service.lastIndexOf(".") + 1)}.${method}`;
}

/** A key as records name it. */
export function auditedKeyOf({ name, version, checkValue }: KeyHeader): AuditedKey {
  return { name, version, checkValue: checkValue.value.toString("hex") };
}

/** Each key once. A name that is none was refused, and is data of the caller's: it is left out. */
export function distinctKeys(keys: readonly AuditedKey[]): readonly AuditedKey[] {
  const distinct = new Map<string, AuditedKey>();
  for (const key of keys) {
    if (!isKeyName(key.name)) continue;
    distinct.set(`${key.name} ${key.version} ${key.checkValue}`, key.checkValue === "" ? masked(key) : key);
  }
  return [...distinct.values()].slice(0, MAX_KEYS);
}

/** As long as a PAN, or a key in hex. */
const LONG_NUMBER = /[0-9a-f]{13,}/g;

/** A key that was not found may have been asked for by a PAN, or by a key: of a long number in its name the last four digits are kept. */
function masked(key: AuditedKey): AuditedKey {
  const name = key.name.replace(LONG_NUMBER, (run) => "x".repeat(run.length - 4) + run.slice(-4));
  return { ...key, name };
}
