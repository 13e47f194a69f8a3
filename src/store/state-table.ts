import { type Database, SqliteError, type Statement } from "better-sqlite3";
import { Refusal } from "../base/index.js";
import type { KeyVersion } from "./digest-table.js";
import { destroyedKeyNoted, type JournalChange, keyDestroyed, keyStateChange } from "./journal/index.js";

/** What officers decided about a key, as the register holds it: bytes whose meaning is not the store's. */
export interface KeyStateRecord {
  /** Of the key: a UUID. */
  readonly keyId: string;
  /** The hash of the key's record before, 32 bytes; of its first: zeros. */
  readonly follows: Buffer;
  readonly statement: Buffer;
  /** JSON. */
  readonly approvals: string;
}

/** A record in its place: later ones have greater numbers. */
export interface StoredKeyState extends KeyStateRecord {
  readonly seq: number;
}

/** A record to be added, and the key that goes with it, if it is one about a destruction. */
export interface NewKeyState extends KeyStateRecord {
  readonly destroys?: KeyVersion & { readonly header: Buffer };
}

interface StateRow {
  readonly seq: number;
  readonly key_id: string;
  readonly follows: Buffer;
  readonly statement: Buffer;
  readonly approvals: string;
}

/** The records of keys' states, and what is left of destroyed keys. */
export class StateTable {
  readonly #after: Statement<[number], StateRow>;
  readonly #append: Statement<[string, Buffer, Buffer, string]>;
  readonly #erase: Statement<[string, number]>;
  readonly #destroyed: Statement<[string, number], Buffer>;
  readonly #noteDestroyed: Statement<[string, number, Buffer]>;

  constructor(database: Database) {
    this.#after = database.prepare(
      "SELECT seq, key_id, follows, statement, approvals FROM key_states WHERE seq > ? ORDER BY seq",
    );
    this.#append = database.prepare("INSERT INTO key_states (key_id, follows, statement, approvals) VALUES (?, ?, ?, ?)");
    this.#erase = database.prepare("DELETE FROM keys WHERE name = ? AND version = ?");
    this.#destroyed = database
      .prepare<[string, number], Buffer>("SELECT header FROM destroyed_keys WHERE name = ? AND version = ?")
      .pluck();
    this.#noteDestroyed = database.prepare("INSERT INTO destroyed_keys (name, version, header) VALUES (?, ?, ?)");
  }

  /** The records after number `seq`, in their order. */
  after(seq: number): readonly StoredKeyState[] {
    return this.#after.all(seq).map(({ key_id, ...row }) => ({ keyId: key_id, ...row }));
  }

  /** The header that is left of a destroyed key, as `append` was given it. */
  findDestroyed(name: string, version: number): Buffer | undefined {
    return this.#destroyed.get(name, version);
  }

  /**
   * Appends a record; with it the sealed key goes, if it says so. To be called in a transaction.
   * @throws Refusal KEY_STATE_REFUSED when somebody else has changed the key's state; KEY_NOT_FOUND
   */
  append({ keyId, follows, statement, approvals, destroys }: NewKeyState): readonly JournalChange[] {
    try {
      this.#append.run(keyId, follows, statement, approvals);
    } catch (error) {
      const isLate = error instanceof SqliteError && error.code === "SQLITE_CONSTRAINT_UNIQUE";
      throw isLate ? new Refusal("KEY_STATE_REFUSED", { requirement: "STATEMENT_STALE", cause: error }) : error;
    }
    const change = keyStateChange(keyId, follows, statement, approvals);
    return destroys === undefined ? [change] : [change, ...this.#destroy(destroys)];
  }

  #destroy({ name, version, header }: KeyVersion & { readonly header: Buffer }): readonly JournalChange[] {
    if (this.#erase.run(name, version).changes === 0) throw new Refusal("KEY_NOT_FOUND");
    this.#noteDestroyed.run(name, version, header);
    return [keyDestroyed(name, version), destroyedKeyNoted(name, version, header)];
  }
}
