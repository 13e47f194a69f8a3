import SqliteDatabase, { type Database } from "better-sqlite3";
import type { InitialKeyEntry } from "./key-register.js";
import type { KeyStateRecord } from "./state-table.js";
import type { DestroyedKey, KeptKey, TakeOver } from "./take-over.js";

/** What one register has and another has not. */
export interface RegisterLoss {
  /** `name@version`, by name and version. */
  readonly keys: readonly string[];
  /** What can be taken over. */
  readonly takeOver: TakeOver;
  /** What officers decided about keys of which the other register has another decision in that place. */
  readonly conflicting: readonly KeyStateRecord[];
}

/**
 * What is in the register at `newer` and not in the one at `older`. Sealed keys are not compared: versions never change.
 * @throws SqliteError when one of them is no register of this version, or cannot be read
 */
export function compareRegisters(newer: string, older: string): RegisterLoss {
  const database = new SqliteDatabase(newer, { readonly: true, fileMustExist: true });
  try {
    database.pragma("trusted_schema = OFF");
    database.prepare("ATTACH DATABASE ? AS older").run(older);
    const { states, conflicting } = lostStates(database);
    const takeOver = {
      initialKeys: lostInitialKeys(database),
      keptKeys: lostKeptKeys(database),
      states,
      destroyed: lostDestroyedKeys(database),
    };
    return { keys: lostKeys(database), takeOver, conflicting };
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

function lostKeptKeys(database: Database): readonly KeptKey[] {
  return database
    .prepare<[], KeptKey>(
      "SELECT digest, usage, owner FROM main.kept_keys WHERE digest NOT IN (SELECT digest FROM older.kept_keys) ORDER BY digest",
    )
    .all();
}

interface LostStateRow extends KeyStateRecord {
  readonly conflicts: 0 | 1;
}

/** Of a key with a conflict nothing can be taken over: what follows the one record does not follow the other. */
function lostStates(database: Database): {
  readonly states: readonly KeyStateRecord[];
  readonly conflicting: readonly KeyStateRecord[];
} {
  const rows = database
    .prepare<[], LostStateRow>(
      `SELECT key_id AS keyId, follows, statement, approvals,
         EXISTS (SELECT 1 FROM older.key_states o WHERE o.key_id = n.key_id AND o.follows = n.follows) AS conflicts
       FROM main.key_states n
       WHERE NOT EXISTS
         (SELECT 1 FROM older.key_states o WHERE o.key_id = n.key_id AND o.follows = n.follows AND o.statement = n.statement)
       ORDER BY seq`,
    )
    .all();
  const inConflict = new Set(rows.filter(({ conflicts }) => conflicts === 1).map(({ keyId }) => keyId));
  const records = rows.map(({ conflicts: _, ...record }) => record);
  return {
    states: records.filter(({ keyId }) => !inConflict.has(keyId)),
    conflicting: records.filter(({ keyId }) => inConflict.has(keyId)),
  };
}

function lostDestroyedKeys(database: Database): readonly DestroyedKey[] {
  return database
    .prepare<[], Omit<DestroyedKey, "digest"> & { readonly digest: Buffer | null }>(
      `SELECT n.name, n.version, n.header, d.digest FROM main.destroyed_keys n
         LEFT JOIN main.key_digests d ON d.name = n.name AND d.version = n.version
       WHERE NOT EXISTS (SELECT 1 FROM older.destroyed_keys o WHERE o.name = n.name AND o.version = n.version)
       ORDER BY n.name, n.version`,
    )
    .all()
    .map(({ digest, ...key }) => ({ ...key, ...(digest !== null && { digest }) }));
}
