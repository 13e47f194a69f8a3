import type { Database } from "better-sqlite3";
import type { KeyVersion } from "./digest-table.js";
import {
  destroyedKeyNoted,
  initialKeyNoted,
  type JournalChange,
  keyDestroyed,
  keyDigestNoted,
  keyKept,
  keyStateChange,
} from "./journal/index.js";
import type { InitialKeyEntry } from "./key-register.js";
import type { KeyStateRecord } from "./state-table.js";

/** A key that a caller keeps. */
export interface KeptKey {
  readonly digest: Buffer;
  readonly usage: string;
  readonly owner: string;
}

/** What is left of a destroyed key. */
export interface DestroyedKey extends KeyVersion {
  readonly header: Buffer;
  /** Absent: the key was made before there were digests. */
  readonly digest?: Buffer;
}

/** What is never rolled back when an older register takes a newer one's place: every row of it only takes something from a key or device. */
export interface TakeOver {
  readonly initialKeys: readonly InitialKeyEntry[];
  readonly keptKeys: readonly KeptKey[];
  /** In the order in which they were written. */
  readonly states: readonly KeyStateRecord[];
  readonly destroyed: readonly DestroyedKey[];
}

/**
 * Writes it into a register that has none of it. A destroyed key goes from there, too. To be called in a transaction.
 * @param now seconds since 1970
 * @returns what the journal is to say of it
 */
export function takeOverRows(
  database: Database,
  { initialKeys, keptKeys, states, destroyed }: TakeOver,
  now: number,
): readonly JournalChange[] {
  const reserve = database.prepare<[string, Buffer, number]>(
    "INSERT INTO initial_keys (bdk_id, initial_key_id, reserved_at) VALUES (?, ?, ?)",
  );
  const keep = database.prepare<[Buffer, string, string]>("INSERT INTO kept_keys (digest, usage, owner) VALUES (?, ?, ?)");
  const decide = database.prepare<[string, Buffer, Buffer, string]>(
    "INSERT INTO key_states (key_id, follows, statement, approvals) VALUES (?, ?, ?, ?)",
  );
  return [
    ...initialKeys.map(({ bdkId, initialKeyId }) => {
      reserve.run(bdkId, initialKeyId, now);
      return initialKeyNoted(bdkId, initialKeyId);
    }),
    ...keptKeys.map(({ digest, usage, owner }) => {
      keep.run(digest, usage, owner);
      return keyKept(digest, usage, owner);
    }),
    ...states.map(({ keyId, follows, statement, approvals }) => {
      decide.run(keyId, follows, statement, approvals);
      return keyStateChange(keyId, follows, statement, approvals);
    }),
    ...destroyed.flatMap((key) => destroy(database, key)),
  ];
}

function destroy(database: Database, { name, version, header, digest }: DestroyedKey): readonly JournalChange[] {
  const changes = [destroyedKeyNoted(name, version, header)];
  database.prepare("INSERT INTO destroyed_keys (name, version, header) VALUES (?, ?, ?)").run(name, version, header);
  if (database.prepare("DELETE FROM keys WHERE name = ? AND version = ?").run(name, version).changes > 0) {
    changes.push(keyDestroyed(name, version));
  }
  if (digest === undefined) return changes;
  const noted = database
    .prepare("INSERT INTO key_digests (digest, name, version) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    .run(digest, name, version);
  return noted.changes > 0 ? [...changes, keyDigestNoted(digest, name, version)] : changes;
}
