import type { Schema } from "../schema.js";

/** "pnml" in ASCII. One row per device, with both of its uses: a request that spends both writes one row. */
export const LEDGER_SCHEMA: Schema = {
  applicationId: 0x706e6d6c,
  migrations: [
    // A BDK's UUID stands once, not in the row of each of its devices.
    `CREATE TABLE bdks (
       id INTEGER PRIMARY KEY,
       uuid TEXT NOT NULL UNIQUE
     ) STRICT;
     CREATE TABLE devices (
       bdk INTEGER NOT NULL REFERENCES bdks (id),
       device_id BLOB NOT NULL CHECK (length(device_id) IN (8, 10)),
       pin_counter INTEGER NOT NULL,
       pin_earlier INTEGER NOT NULL,
       pin_digest BLOB NOT NULL,
       pin_spent INTEGER NOT NULL,
       pin_replays INTEGER NOT NULL,
       mac_counter INTEGER NOT NULL,
       mac_earlier INTEGER NOT NULL,
       mac_digest BLOB NOT NULL,
       mac_spent INTEGER NOT NULL,
       mac_replays INTEGER NOT NULL,
       PRIMARY KEY (bdk, device_id)
     ) STRICT, WITHOUT ROWID`,
  ],
};
