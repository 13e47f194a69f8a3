import type { Database } from "better-sqlite3";
import type { JournalChange } from "./journal-entry.js";
import { destroyedKeyNoted, initialKeyNoted, keyChange, keyDigestNoted, keyKept, keyStateChange } from "./subjects.js";

interface KeyRow {
  readonly name: string;
  readonly version: number;
  readonly sealed_key: Buffer;
}

interface InitialKeyRow {
  readonly bdk_id: string;
  readonly initial_key_id: Buffer;
}

interface KeptKeyRow {
  readonly digest: Buffer;
  readonly usage: string;
  readonly owner: string;
}

interface StateRow {
  readonly key_id: string;
  readonly follows: Buffer;
  readonly statement: Buffer;
  readonly approvals: string;
}

interface DigestRow {
  readonly digest: Buffer;
  readonly name: string;
  readonly version: number;
}

interface DestroyedRow {
  readonly name: string;
  readonly version: number;
  readonly header: Buffer;
}

/**
 * Every row that the journal vouches for, as it is now: keys by name and version, then devices, then what keys are known by, then states and
 * what is left of destroyed keys. The connection is busy meanwhile.
 */
export function* existingRows(database: Database): Generator<JournalChange> {
  const keys = database.prepare<[], KeyRow>("SELECT name, version, sealed_key FROM keys ORDER BY name, version");
  for (const { name, version, sealed_key } of keys.iterate()) yield keyChange(name, version, sealed_key);
  const devices = database.prepare<[], InitialKeyRow>(
    "SELECT bdk_id, initial_key_id FROM initial_keys ORDER BY bdk_id, initial_key_id",
  );
  for (const { bdk_id, initial_key_id } of devices.iterate()) yield initialKeyNoted(bdk_id, initial_key_id);
  if (hasTable(database, "kept_keys")) yield* knownDigests(database);
  if (hasTable(database, "key_states")) yield* stateRows(database);
}

function* knownDigests(database: Database): Generator<JournalChange> {
  const kept = database.prepare<[], KeptKeyRow>("SELECT digest, usage, owner FROM kept_keys ORDER BY digest");
  for (const { digest, usage, owner } of kept.iterate()) yield keyKept(digest, usage, owner);
  const registered = database.prepare<[], DigestRow>("SELECT digest, name, version FROM key_digests ORDER BY digest");
  for (const { digest, name, version } of registered.iterate()) yield keyDigestNoted(digest, name, version);
}

function* stateRows(database: Database): Generator<JournalChange> {
  const states = database.prepare<[], StateRow>("SELECT key_id, follows, statement, approvals FROM key_states ORDER BY seq");
  for (const row of states.iterate()) yield keyStateChange(row.key_id, row.follows, row.statement, row.approvals);
  const destroyed = database.prepare<[], DestroyedRow>(
    "SELECT name, version, header FROM destroyed_keys ORDER BY name, version",
  );
  for (const { name, version, header } of destroyed.iterate()) yield destroyedKeyNoted(name, version, header);
}

/** Backups may be of a version that had fewer tables. */
function hasTable(database: Database, name: string): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined;
}
