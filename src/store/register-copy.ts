import { closeSync, constants, fsyncSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { StoreError } from "./store-error.js";

/**
 * Writes one state of the register, as a single file of mode 0600, to `to`, which must not be there; it is on the disk afterwards. The
 * register may be in use.
 * @throws an error of the file system or of SQLite; then there is no file
 */
export function copyRegister(from: string, to: string): void {
  closeSync(openSync(to, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
  try {
    const database = new SqliteDatabase(from, { readonly: true, fileMustExist: true });
    try {
      // SQLite takes an empty file for a new one.
      database.prepare("VACUUM INTO ?").run(to);
    } finally {
      database.close();
    }
    syncPath(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
}

/** Has the disk take over what was written of a file, or which names a folder has. */
export function syncPath(path: string): void {
  const file = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The folder of a file. */
export function syncFolderOf(path: string): void {
  syncPath(dirname(path));
}

/**
 * Makes the register one file without its write-ahead log, which needs it alone: whoever has it open keeps it from happening.
 * @throws StoreError REGISTER_IN_USE
 */
export function settleRegister(path: string): void {
  const database = new SqliteDatabase(path, { fileMustExist: true, timeout: 0 });
  try {
    if (database.pragma("journal_mode = DELETE", { simple: true }) !== "delete") throw new StoreError("REGISTER_IN_USE");
  } catch (error) {
    throw isBusy(error) ? new StoreError("REGISTER_IN_USE", error) : error;
  } finally {
    database.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}
