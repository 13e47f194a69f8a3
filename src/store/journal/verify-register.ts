import SqliteDatabase, { type Database } from "better-sqlite3";
import { REGISTER_SCHEMA } from "../schema.js";
import { StoreError } from "../store-error.js";
import { type ReadChain, readChain } from "./chain-reader.js";
import { compareRows } from "./compare-rows.js";
import { JournalTable, type SealedRegisterHead } from "./journal-table.js";
import type { JournalFault, RegisterAnchor, RegisterVerdict } from "./register-verdict.js";

/** What the one who verifies knows besides the file. */
export interface VerifyRegisterOptions {
  /** Whether the token put this seal on this head; not given: the seal is not looked at. */
  readonly isSealed?: (head: SealedRegisterHead) => Promise<boolean>;
  /** Where the register stood at an earlier time: it must have passed there. */
  readonly anchor?: RegisterAnchor;
}

/** The schema that brought the journal. */
const JOURNALED_SINCE = 3;

/**
 * Verifies a register or a copy of one: the journal's chain, its sealed head, and every row by its digest. One state of the file is looked
 * at, whoever writes meanwhile; nothing is changed.
 * The journal's faults come first: after one of them, what the journal says of rows is worth nothing, and rows are not compared.
 * @throws StoreError REGISTER_NOT_OWN, REGISTER_TOO_NEW; SqliteError when the file cannot be read
 */
export async function verifyRegister(path: string, options: VerifyRegisterOptions = {}): Promise<RegisterVerdict> {
  const database = openToRead(path);
  try {
    database.exec("BEGIN");
    return await verifySnapshot(database, options);
  } finally {
    database.close();
  }
}

function openToRead(path: string): Database {
  const database = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
  try {
    database.pragma("trusted_schema = OFF");
    if (database.pragma("application_id", { simple: true }) !== REGISTER_SCHEMA.applicationId) throw notOwn();
    if (versionOf(database) > REGISTER_SCHEMA.migrations.length) throw new StoreError("REGISTER_TOO_NEW");
    return database;
  } catch (error) {
    database.close();
    throw error instanceof SqliteDatabase.SqliteError && error.code === "SQLITE_NOTADB" ? notOwn(error) : error;
  }
}

function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

function notOwn(cause?: unknown): StoreError {
  return new StoreError("REGISTER_NOT_OWN", cause);
}

async function verifySnapshot(database: Database, options: VerifyRegisterOptions): Promise<RegisterVerdict> {
  const head = versionOf(database) < JOURNALED_SINCE ? undefined : new JournalTable(database).head();
  if (head === undefined) return verifyWithoutHead(database, options);
  const chain = await readChain(database, options.anchor);
  const faults = await journalFaults(head, chain, options);
  const broken = faults.some(({ code }) => code !== "OLDER" && code !== "FORKED" && code !== "OTHER_REGISTER");
  if (broken) return { ...countRows(database), entries: chain.end.seq, head, faults };
  const { counts, faults: recordFaults } = await compareRows(database, chain.expected);
  return {
    keys: counts.key,
    initialKeys: counts.initialKey,
    entries: chain.end.seq,
    head,
    faults: [...faults, ...recordFaults],
  };
}

/** A new register has no rows and no journal; a journal without its head, or rows without a journal, are not new. */
function verifyWithoutHead(database: Database, { anchor }: VerifyRegisterOptions): RegisterVerdict {
  const counts = countRows(database);
  const older: readonly JournalFault[] = anchor === undefined ? [] : [{ scope: "journal", code: "OLDER", seq: anchor.seq }];
  const isNew = counts.keys === 0 && counts.initialKeys === 0;
  const unsealed: readonly JournalFault[] = isNew ? [] : [{ scope: "journal", code: "NOT_SEALED", seq: 0 }];
  return { ...counts, entries: 0, head: undefined, faults: [...unsealed, ...older] };
}

/** Of a register of the first version, which had no table of devices, too. */
function countRows(database: Database): Pick<RegisterVerdict, "keys" | "initialKeys"> {
  const count = (table: string) => Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  return { keys: count("keys"), initialKeys: versionOf(database) < 2 ? 0 : count("initial_keys") };
}

async function journalFaults(
  head: SealedRegisterHead,
  chain: ReadChain,
  { isSealed, anchor }: VerifyRegisterOptions,
): Promise<readonly JournalFault[]> {
  const faults: JournalFault[] = chain.fault === undefined ? [] : [chain.fault];
  const reachesHead = chain.end.seq === head.seq && chain.end.hash.equals(head.hash);
  if (chain.fault === undefined && !reachesHead) faults.push({ scope: "journal", code: "HEAD_MISMATCH", seq: head.seq });
  if (isSealed !== undefined && !(await isSealed(head))) faults.push({ scope: "journal", code: "HEAD_SEAL", seq: head.seq });
  return anchor === undefined ? faults : [...faults, ...anchorFaults(head, chain, anchor)];
}

function anchorFaults(head: SealedRegisterHead, chain: ReadChain, anchor: RegisterAnchor): readonly JournalFault[] {
  const { seq } = anchor;
  if (!head.registerId.equals(anchor.registerId)) return [{ scope: "journal", code: "OTHER_REGISTER", seq }];
  if (head.seq < seq) return [{ scope: "journal", code: "OLDER", seq }];
  if (chain.fault === undefined && chain.anchoredHash?.equals(anchor.hash) !== true) {
    return [{ scope: "journal", code: "FORKED", seq }];
  }
  return [];
}
