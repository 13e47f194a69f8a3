import { createHash } from "node:crypto";
import { OfficerError, Statement, type StatementFields } from "../officers/index.js";
import { KEY_CHANGES, type KeyChange, type KeyChangeKind, SUSPENSION_REASONS } from "./key-change.js";
import { KEY_STATES, type KeyState } from "./key-state.js";
import { LifecycleError } from "./lifecycle-error.js";

/** Which key a statement is about. */
export interface StatedKey {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly environment: string;
}

/** What two officers sign about one key. */
export interface StateStatement {
  readonly key: StatedKey;
  readonly change: KeyChange;
  /** The key's state until now. What a key was before its first record, its officers say. */
  readonly from: KeyState;
  /** Seconds since 1970. */
  readonly at: number;
  /** The hash of the key's record before this one, 32 bytes; of the first: zeros. It makes an approval count once. */
  readonly follows: Buffer;
  /** The number of the last entry of the officers' directory when this was drafted: who was an officer then approves. */
  readonly directoryEntry: number;
}

/** What the first record of a key follows. */
export const NO_RECORD = Buffer.alloc(32);

const KIND_PREFIX = "key.";
const HASH_DOMAIN = "pinmac key state v1\0";
const NUMBER = /^(?:0|[1-9][0-9]{0,9})$/;
const HASH = /^[0-9a-f]{64}$/;
const KEY = /^(.{1,64})@([1-9][0-9]{0,9})$/;

/** What the officers are shown and sign. */
export function writeStateStatement({ key, change, from, at, follows, directoryEntry }: StateStatement): Statement {
  return Statement.of(`${KIND_PREFIX}${change.kind}`, {
    key: `${key.name}@${key.version}`,
    keyId: key.id,
    environment: key.environment,
    from,
    at: new Date(at * 1_000).toISOString(),
    follows: follows.toString("hex"),
    directoryEntry: String(directoryEntry),
    ...changeFields(change),
  });
}

function changeFields(change: KeyChange): StatementFields {
  if (change.kind === "suspend") return { reason: change.reason };
  if (change.kind !== "retire") return {};
  return { overlapDays: String(change.overlapDays), waitingDays: String(change.waitingDays) };
}

/**
 * Reads the statement of stored bytes. Only what `writeStateStatement` gives is taken.
 * @throws LifecycleError STATEMENT_INVALID
 */
export function readStateStatement(bytes: Buffer): { readonly statement: Statement; readonly stated: StateStatement } {
  const statement = parseStatement(bytes);
  const stated = readFields(statement);
  if (!writeStateStatement(stated).bytes.equals(bytes)) throw new LifecycleError("STATEMENT_INVALID");
  return { statement, stated };
}

/** What the next record of the key follows: SHA-256, 32 bytes. */
export function hashStateStatement(bytes: Buffer): Buffer {
  return createHash("sha256").update(HASH_DOMAIN).update(bytes).digest();
}

function parseStatement(bytes: Buffer): Statement {
  try {
    return Statement.parse(bytes);
  } catch (error) {
    if (error instanceof OfficerError) throw new LifecycleError("STATEMENT_INVALID", error);
    throw error;
  }
}

function readFields({ kind, fields }: Statement): StateStatement {
  const field = (name: string): string => fields[name] ?? "";
  const [, name = "", version = ""] = KEY.exec(field("key")) ?? [];
  const milliseconds = Date.parse(field("at"));
  const from = KEY_STATES.find((known) => known === field("from"));
  const isSound = name !== "" && Number.isInteger(milliseconds) && HASH.test(field("follows"));
  if (!isSound || from === undefined) throw new LifecycleError("STATEMENT_INVALID");
  return {
    key: { id: field("keyId"), name, version: Number(version), environment: field("environment") },
    change: readChange(kind, field),
    from,
    at: milliseconds / 1_000,
    follows: Buffer.from(field("follows"), "hex"),
    directoryEntry: readNumber(field("directoryEntry")),
  };
}

function readChange(kind: string, field: (name: string) => string): KeyChange {
  const change = KEY_CHANGES.find((known): known is KeyChangeKind => kind === `${KIND_PREFIX}${known}`);
  switch (change) {
    case undefined:
      throw new LifecycleError("STATEMENT_INVALID");
    case "suspend": {
      const reason = SUSPENSION_REASONS.find((known) => known === field("reason"));
      if (reason === undefined) throw new LifecycleError("STATEMENT_INVALID");
      return { kind: change, reason };
    }
    case "retire":
      return { kind: change, overlapDays: readNumber(field("overlapDays")), waitingDays: readNumber(field("waitingDays")) };
    default:
      return { kind: change };
  }
}

function readNumber(text: string): number {
  if (!NUMBER.test(text)) throw new LifecycleError("STATEMENT_INVALID");
  return Number(text);
}
