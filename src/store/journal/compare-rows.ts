import type { Database } from "better-sqlite3";
import { nextTurn, subjectKey } from "./chain-reader.js";
import { existingRows } from "./existing-rows.js";
import { type JournalChange, SUBJECT_KINDS, type Subject, type SubjectKind } from "./journal-entry.js";
import type { RecordFault } from "./register-verdict.js";

/** How many rows there are, and those that are not what the journal says. */
export interface ComparedRows {
  readonly counts: Readonly<Record<SubjectKind, number>>;
  readonly faults: readonly RecordFault[];
}

const STEP = 1_000;

/**
 * Compares every row with what the journal says of it.
 * @param expected is emptied: what is left at the end is missing
 */
export async function compareRows(database: Database, expected: Map<string, Buffer>): Promise<ComparedRows> {
  const counts: Record<SubjectKind, number> = {
    key: 0,
    initialKey: 0,
    keptKey: 0,
    keyState: 0,
    keyDigest: 0,
    destroyedKey: 0,
  };
  const differing: JournalChange[] = [];
  let looked = 0;
  for (const row of existingRows(database)) {
    const key = subjectKey(row);
    const digest = expected.get(key);
    counts[row.kind] += 1;
    if (digest === undefined || row.digest === undefined || !digest.equals(row.digest)) differing.push(row);
    expected.delete(key);
    looked += 1;
    if (looked % STEP === 0) await nextTurn();
  }
  const memory = differing.length === 0 ? undefined : readMemory(database);
  const faults = memory === undefined ? [] : differing.map((row) => faultOf(row, memory));
  return { counts, faults: [...faults, ...[...expected.keys()].map(missing)] };
}

function missing(key: string): RecordFault {
  const kind = SUBJECT_KINDS.find((known) => key.startsWith(`${known} `)) ?? "key";
  return { scope: "record", code: "DELETED", subject: { kind, name: key.slice(key.indexOf(" ") + 1) } };
}

/** What the journal knows of contents and names, at whatever time. */
interface JournalMemory {
  /** Keys by the digests that they ever had, in hex. */
  readonly keysByDigest: ReadonlyMap<string, readonly Subject[]>;
  readonly subjects: ReadonlySet<string>;
}

function readMemory(database: Database): JournalMemory {
  const keysByDigest = new Map<string, Subject[]>();
  const subjects = new Set<string>();
  const rows = database.prepare<[], { kind: SubjectKind; name: string; digest: Buffer | null }>(
    "SELECT kind, name, digest FROM journal",
  );
  for (const { kind, name, digest } of rows.iterate()) {
    subjects.add(subjectKey({ kind, name }));
    if (kind !== "key" || digest === null) continue;
    const hex = digest.toString("hex");
    keysByDigest.set(hex, [...(keysByDigest.get(hex) ?? []), { kind, name }]);
  }
  return { keysByDigest, subjects };
}

/** What the row holds may be known to the journal, from an earlier time or under another name. */
function faultOf({ kind, name, digest }: JournalChange, memory: JournalMemory): RecordFault {
  const subject: Subject = { kind, name };
  const isKnown = memory.subjects.has(subjectKey(subject));
  // A noted device is its address and nothing else: one that is there again was released.
  if (kind === "initialKey" && isKnown) return { scope: "record", code: "ROLLED_BACK", subject };
  // Only the content of keys is of one record alone.
  const holders = kind === "key" ? (memory.keysByDigest.get(digest?.toString("hex") ?? "") ?? []) : [];
  if (holders.some((holder) => holder.name === name)) return { scope: "record", code: "ROLLED_BACK", subject };
  const [other] = holders;
  if (other !== undefined) return { scope: "record", code: "SWAPPED", subject, other };
  return { scope: "record", code: isKnown ? "CHANGED" : "NOT_JOURNALED", subject };
}
