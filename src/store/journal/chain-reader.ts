import type { Database } from "better-sqlite3";
import { hashEntry, JOURNAL_START, type JournalEntry, type Subject } from "./journal-entry.js";
import type { JournalFault, RegisterAnchor } from "./register-verdict.js";

interface EntryRow {
  readonly seq: number;
  readonly kind: string;
  readonly name: string;
  readonly digest: Buffer | null;
  readonly at: number;
  readonly hash: Buffer;
}

/** Rows between two turns of the event loop. */
const STEP = 1_000;

/** What the journal says of the register. */
export interface ReadChain {
  /** Of each subject the digest that it must have now; one that was taken away is not in it. By `subjectKey`. */
  readonly expected: Map<string, Buffer>;
  readonly end: Pick<JournalEntry, "seq" | "hash">;
  readonly fault: JournalFault | undefined;
  /** The hash of the entry of the anchor's number, if it was reached. */
  readonly anchoredHash: Buffer | undefined;
}

/** One text for a subject. */
export function subjectKey({ kind, name }: Subject): string {
  return `${kind} ${name}`;
}

/**
 * Reads the journal from its first entry and checks every link, up to the first that does not hold.
 * Other work goes on meanwhile, except on this connection.
 */
export async function readChain(database: Database, anchor: RegisterAnchor | undefined): Promise<ReadChain> {
  const expected = new Map<string, Buffer>();
  let end: ReadChain["end"] = JOURNAL_START;
  let anchoredHash: Buffer | undefined;
  const page = database.prepare<[number], EntryRow>(
    `SELECT seq, kind, name, digest, at, hash FROM journal WHERE seq > ? ORDER BY seq LIMIT ${STEP}`,
  );
  // Page by page, which costs less than row by row.
  for (let rows = page.all(-1); rows.length > 0; rows = page.all(end.seq)) {
    for (const row of rows) {
      const fault = checkEntry(row, end);
      if (fault !== undefined) return { expected, end, fault, anchoredHash };
      if (row.digest === null) expected.delete(`${row.kind} ${row.name}`);
      else expected.set(`${row.kind} ${row.name}`, row.digest);
      end = { seq: row.seq, hash: row.hash };
      if (row.seq === anchor?.seq) anchoredHash = row.hash;
    }
    await nextTurn();
  }
  return { expected, end, fault: undefined, anchoredHash };
}

function checkEntry(row: EntryRow, { seq, hash }: ReadChain["end"]): JournalFault | undefined {
  if (row.seq !== seq + 1) return { scope: "journal", code: "ENTRY_MISSING", seq: seq + 1 };
  const { kind, name, at, digest } = row;
  // A kind that this version does not know is hashed as it stands.
  const entry = { seq: row.seq, kind: kind as JournalEntry["kind"], name, at, ...(digest !== null && { digest }) };
  if (!hashEntry(hash, entry).equals(row.hash)) return { scope: "journal", code: "ENTRY_CHANGED", seq: row.seq };
  return undefined;
}

/** Lets everything else of the process have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
