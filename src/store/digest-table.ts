import type { Database, Statement } from "better-sqlite3";
import { Refusal } from "../base/index.js";
import type { KeyHeader } from "../keyblock/index.js";
import { type JournalChange, keyDigestNoted, keyKept } from "./journal/index.js";

/** A version of a registered key. */
export interface KeyVersion {
  readonly name: string;
  readonly version: number;
}

interface KeptRow {
  readonly usage: string;
  readonly owner: string;
}

/**
 * Which keys are known by their digests (PCI PIN 17, 19). A key is registered once. A caller may take the same key in again for itself, as
 * after a lost answer, but only for the same usage and owner, and never one that the register holds.
 */
export class DigestTable {
  readonly #registered: Statement<[Buffer], KeyVersion>;
  readonly #kept: Statement<[Buffer], KeptRow>;
  readonly #noteRegistered: Statement<[Buffer, string, number]>;
  readonly #noteKept: Statement<[Buffer, string, string]>;

  readonly #isCondemned: (digest: Buffer) => boolean;

  /** @param isCondemned whether a note of that digest is not what was written, or is gone: then nobody knows whose the key is */
  constructor(database: Database, isCondemned: (digest: Buffer) => boolean) {
    this.#isCondemned = isCondemned;
    this.#registered = database.prepare("SELECT name, version FROM key_digests WHERE digest = ?");
    this.#kept = database.prepare("SELECT usage, owner FROM kept_keys WHERE digest = ?");
    this.#noteRegistered = database.prepare("INSERT INTO key_digests (digest, name, version) VALUES (?, ?, ?)");
    this.#noteKept = database.prepare("INSERT INTO kept_keys (digest, usage, owner) VALUES (?, ?, ?)");
  }

  /** The registered key of that digest, though it be destroyed. */
  find(digest: Buffer): KeyVersion | undefined {
    return this.#registered.get(digest);
  }

  /**
   * To be called in the transaction that registers the key.
   * @returns what the journal is to say of it
   * @throws Refusal KEY_DUPLICATE, KEY_RECORD_CORRUPT
   */
  noteRegistered(header: KeyHeader): readonly JournalChange[] {
    const { digest, name, version } = header;
    // Without a digest no token sealed the key, and none will open it.
    if (digest === undefined) return [];
    this.#judge(header, digest);
    this.#noteRegistered.run(digest, name, version);
    return [keyDigestNoted(digest, name, version)];
  }

  /** For a key that its caller keeps. @returns what the journal is to say of it @throws Refusal KEY_DUPLICATE, KEY_RECORD_CORRUPT */
  noteKeptByCaller(header: KeyHeader): readonly JournalChange[] {
    const { digest, usage, owner } = header;
    if (digest === undefined || this.#judge(header, digest) !== undefined) return [];
    this.#noteKept.run(digest, usage, owner);
    return [keyKept(digest, usage, owner)];
  }

  /** @returns the key as a caller keeps it, if one does */
  #judge({ usage, owner }: KeyHeader, digest: Buffer): KeptRow | undefined {
    if (this.#isCondemned(digest)) throw new Refusal("KEY_RECORD_CORRUPT");
    const kept = this.#kept.get(digest);
    const isForeign = kept !== undefined && (kept.usage !== usage || kept.owner !== owner);
    if (isForeign || this.find(digest) !== undefined) throw new Refusal("KEY_DUPLICATE", { requirement: "PCI PIN 19" });
    return kept;
  }
}
