import type { Database, Statement } from "better-sqlite3";
import type { RegisterHead } from "../../keyblock/index.js";
import type { JournalEntry } from "./journal-entry.js";

/** A head with the seal that the token put on it. */
export interface SealedRegisterHead extends RegisterHead {
  readonly seal: Buffer;
}

interface HeadRow {
  readonly register_id: Buffer;
  readonly seq: number;
  readonly hash: Buffer;
  readonly seal: Buffer;
}

/** The journal's two tables: the entries, only ever appended, and the one row with the sealed head. */
export class JournalTable {
  readonly #head: Statement<[], HeadRow>;
  readonly #append: Statement<[number, string, string, Buffer | null, number, Buffer]>;
  readonly #setHead: Statement<[Buffer, number, Buffer, Buffer]>;

  constructor(database: Database) {
    this.#head = database.prepare("SELECT register_id, seq, hash, seal FROM register_head");
    this.#append = database.prepare("INSERT INTO journal (seq, kind, name, digest, at, hash) VALUES (?, ?, ?, ?, ?, ?)");
    this.#setHead = database.prepare(
      "INSERT INTO register_head (id, register_id, seq, hash, seal) VALUES (1, ?, ?, ?, ?)" +
        " ON CONFLICT (id) DO UPDATE SET register_id = excluded.register_id, seq = excluded.seq, hash = excluded.hash, seal = excluded.seal",
    );
  }

  /** Where the journal stands; undefined before the first change. The seal is not checked here. */
  head(): SealedRegisterHead | undefined {
    const row = this.#head.get();
    return row && { registerId: row.register_id, seq: row.seq, hash: row.hash, seal: row.seal };
  }

  /** To be called in the transaction of the changes themselves. */
  append(entries: readonly JournalEntry[], { registerId, seq, hash, seal }: SealedRegisterHead): void {
    for (const entry of entries) {
      this.#append.run(entry.seq, entry.kind, entry.name, entry.digest ?? null, entry.at, entry.hash);
    }
    this.#setHead.run(registerId, seq, hash, seal);
  }
}
