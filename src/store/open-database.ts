import { closeSync, constants, fstatSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase, { type Database } from "better-sqlite3";
import { migrateSchema, REGISTER_SCHEMA, type Schema } from "./schema.js";
import { StoreError } from "./store-error.js";

/** How long a statement waits for another process's write, in milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens or creates the database file at `path`, mode 0600, in write-ahead mode with a sync on every commit.
 * SQLite gives the -wal and -shm files the mode of the database file.
 * @throws StoreError REGISTER_PERMISSIONS, REGISTER_NOT_OWN, REGISTER_TOO_NEW
 */
export function openDatabase(path: string, schema: Schema = REGISTER_SCHEMA): Database {
  ensurePrivateFile(path);
  const database = new SqliteDatabase(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    migrateAndConfigure(database, schema);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof SqliteDatabase.SqliteError && error.code === "SQLITE_NOTADB") {
      throw new StoreError("REGISTER_NOT_OWN", error);
    }
    throw error;
  }
}

function migrateAndConfigure(database: Database, schema: Schema): void {
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma("foreign_keys = ON");
  database.pragma("trusted_schema = OFF");
  // What is deleted is overwritten with zeros: a destroyed key is one whose bytes are gone.
  database.pragma("secure_delete = ON");
  // Before write-ahead mode is switched on, which would already write to a file that is not ours.
  migrateSchema(database, schema);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
}

/** Creates the file before SQLite does, because SQLite would leave its mode to the umask. */
function ensurePrivateFile(path: string): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) throw new StoreError("REGISTER_PERMISSIONS");
  } finally {
    closeSync(file);
  }
  const directory = openSync(dirname(path), constants.O_RDONLY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
