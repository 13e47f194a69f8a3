import { type Database, SqliteError } from "better-sqlite3";
import { Refusal } from "../base/index.js";

/**
 * Runs `work` in one transaction that holds the write lock from its start, so that what it read cannot change before it writes.
 * @throws Refusal LEDGER_UNAVAILABLE for whatever the disk or SQLite failed of: full, read-only, damaged, locked too long, closed
 */
export function durableTransaction<Result>(database: Database, work: () => Result): Result {
  return asLedgerAccess(database, () => database.transaction(work).immediate());
}

/**
 * Writes something that changes nothing, with a sync of the disk as a commit has one.
 * @throws Refusal LEDGER_UNAVAILABLE
 */
export function probeDatabase(database: Database): void {
  durableTransaction(database, () =>
    database.pragma(`user_version = ${Number(database.pragma("user_version", { simple: true }))}`),
  );
}

/**
 * Reads, or writes one statement.
 * @throws Refusal LEDGER_UNAVAILABLE
 */
export function asLedgerAccess<Result>(database: Database, work: () => Result): Result {
  if (!database.open) throw new Refusal("LEDGER_UNAVAILABLE");
  try {
    return work();
  } catch (error) {
    if (error instanceof SqliteError) throw new Refusal("LEDGER_UNAVAILABLE", { cause: error });
    throw error;
  }
}
