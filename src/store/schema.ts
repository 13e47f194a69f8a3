import type { Database } from "better-sqlite3";
import { StoreError } from "./store-error.js";

/** What makes a SQLite file one of pinmac's, and of which kind. */
export interface Schema {
  /** Marks the file, so that another application's database, or another of ours, is not migrated by mistake. */
  readonly applicationId: number;
  /** Each step brings the schema from its index to the next `user_version`. Steps are only ever appended. */
  readonly migrations: readonly string[];
}

/** The register of sealed keys: "pnmc" in ASCII. */
export const REGISTER_SCHEMA: Schema = {
  applicationId: 0x706e6d63,
  migrations: [
    `CREATE TABLE keys (
       name TEXT NOT NULL,
       version INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
       sealed_key BLOB NOT NULL,
       created_at INTEGER NOT NULL,
       PRIMARY KEY (name, version)
     ) STRICT`,
    // Without rowid: the row is its own index.
    `CREATE TABLE initial_keys (
       bdk_id TEXT NOT NULL,
       initial_key_id BLOB NOT NULL CHECK (length(initial_key_id) BETWEEN 8 AND 10),
       reserved_at INTEGER NOT NULL,
       PRIMARY KEY (bdk_id, initial_key_id)
     ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE journal (
       seq INTEGER PRIMARY KEY CHECK (seq >= 1),
       kind TEXT NOT NULL,
       name TEXT NOT NULL,
       digest BLOB CHECK (length(digest) = 32),
       at INTEGER NOT NULL,
       hash BLOB NOT NULL CHECK (length(hash) = 32)
     ) STRICT;
     CREATE TABLE register_head (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       register_id BLOB NOT NULL CHECK (length(register_id) = 16),
       seq INTEGER NOT NULL,
       hash BLOB NOT NULL CHECK (length(hash) = 32),
       seal BLOB NOT NULL CHECK (length(seal) = 16)
     ) STRICT`,
    // Which registered key has which digest: follows from the sealed keys. A row stays when its key is destroyed: it must not come back.
    `CREATE TABLE key_digests (
       digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 16),
       name TEXT NOT NULL,
       version INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE kept_keys (
       digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 16),
       usage TEXT NOT NULL,
       owner TEXT NOT NULL
     ) STRICT, WITHOUT ROWID`,
    // What officers decided about keys, only ever appended. Of two who change one state at once, one is too late.
    `CREATE TABLE key_states (
       seq INTEGER PRIMARY KEY,
       key_id TEXT NOT NULL,
       follows BLOB NOT NULL CHECK (length(follows) = 32),
       statement BLOB NOT NULL,
       approvals TEXT NOT NULL,
       UNIQUE (key_id, follows)
     ) STRICT;
     CREATE TABLE destroyed_keys (
       name TEXT NOT NULL,
       version INTEGER NOT NULL,
       header BLOB NOT NULL,
       PRIMARY KEY (name, version)
     ) STRICT, WITHOUT ROWID`,
  ],
};

/**
 * Brings the database to its schema of this version, in one transaction.
 * @throws StoreError REGISTER_NOT_OWN, REGISTER_TOO_NEW
 */
export function migrateSchema(database: Database, schema: Schema): void {
  // Immediate: of two processes that open a new file together, one migrates and the other then finds nothing to do.
  database.transaction(() => applyMissingSteps(database, schema)).immediate();
}

function applyMissingSteps(database: Database, { applicationId, migrations }: Schema): void {
  const version = readPragma(database, "user_version");
  if (!isOwn(database, version, applicationId)) throw new StoreError("REGISTER_NOT_OWN");
  if (version > migrations.length) throw new StoreError("REGISTER_TOO_NEW");
  for (const step of migrations.slice(version)) database.exec(step);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${migrations.length}`);
}

/** A fresh file has no tables and no marks. */
function isOwn(database: Database, version: number, applicationId: number): boolean {
  if (readPragma(database, "application_id") === applicationId) return true;
  return version === 0 && database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function readPragma(database: Database, name: "user_version" | "application_id"): number {
  return Number(database.pragma(name, { simple: true }));
}
