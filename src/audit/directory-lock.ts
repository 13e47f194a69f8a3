import { chmodSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { AuditLogError } from "./audit-log-error.js";

/** One writer at a time: two would fork the chain. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Locks a log's directory until it is released or the process ends, however it ends: SQLite holds an exclusive lock of the operating
 * system on `audit.lock`, an empty file. Node has no such lock of its own.
 * @throws AuditLogError IN_USE, UNREADABLE
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, "audit.lock");
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    chmodSync(path, 0o600);
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database?.close();
    throw isBusy(cause)
      ? new AuditLogError("IN_USE", `${directory}: another process writes this audit log.`, cause)
      : new AuditLogError("UNREADABLE", `${path}: cannot be locked.`, cause);
  }
  const held = database;
  return { release: () => void held.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
