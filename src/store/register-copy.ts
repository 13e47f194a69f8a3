import { closeSync, constants, fsyncSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase, { type Database } from "better-sqlite3";
import type { InitialKeyEntry } from "./key-register.js";
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

/** What one register has and another has not. */
export interface RegisterLoss {
  /** `name@version`, by name and version. */
  readonly keys: readonly string[];
  readonly initialKeys: readonly InitialKeyEntry[];
}

/** What is in the register at `newer` and not in the one at `older`. Sealed keys are not compared: versions never change. */
export function compareRegisters(newer: string, older: string): RegisterLoss {
  const database = new SqliteDatabase(newer, { readonly: true, fileMustExist: true });
  try {
    database.prepare("ATTACH DATABASE ? AS older").run(older);
    return { keys: lostKeys(database), initialKeys: lostInitialKeys(database) };
  } finally {
    database.close();
  }
}

function lostKeys(database: Database): readonly string[] {
  return database
    .prepare<[], string>(
      "SELECT name || '@' || version FROM main.keys k WHERE NOT EXISTS" +
        " (SELECT 1 FROM older.keys o WHERE o.name = k.name AND o.version = k.version) ORDER BY name, version",
    )
    .pluck()
    .all();
}

function lostInitialKeys(database: Database): readonly InitialKeyEntry[] {
  return database
    .prepare<[], { bdk_id: string; initial_key_id: Buffer }>(
      "SELECT bdk_id, initial_key_id FROM main.initial_keys EXCEPT SELECT bdk_id, initial_key_id FROM older.initial_keys",
    )
    .all()
    .map(({ bdk_id, initial_key_id }) => ({ bdkId: bdk_id, initialKeyId: initial_key_id }));
}
