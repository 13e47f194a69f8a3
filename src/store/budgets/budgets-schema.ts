import type { Schema } from "../schema.js";

/** "pnmf" in ASCII. Times are milliseconds since 1970. */
export const BUDGETS_SCHEMA: Schema = {
  applicationId: 0x706e6d66,
  migrations: [
    `CREATE TABLE failures (
       id INTEGER PRIMARY KEY,
       kind TEXT NOT NULL,
       subject BLOB NOT NULL CHECK (length(subject) = 32),
       at INTEGER NOT NULL
     ) STRICT;
     CREATE INDEX failures_by_subject ON failures (subject, kind, at);
     CREATE INDEX failures_by_age ON failures (kind, at);
     CREATE TABLE pin_blocks (
       pin_block BLOB NOT NULL PRIMARY KEY CHECK (length(pin_block) = 32),
       pan BLOB NOT NULL CHECK (length(pan) = 32),
       at INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX pin_blocks_by_age ON pin_blocks (at)`,
  ],
};
