import { hash } from "node:crypto";

/** What the journal speaks of: the tables of the register whose rows it vouches for. */
export const SUBJECT_KINDS = ["key", "initialKey", "keptKey", "keyState", "keyDigest", "destroyedKey"] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** A row of the register, as the journal names it. */
export interface Subject {
  readonly kind: SubjectKind;
  /**
   * What the row is found by: `name@version` of a key, destroyed or not; `bdk id/initial key id in hex` of a device; the digest in hex of a
   * key that is known by it, registered or kept by a caller; `key id/what it follows` of a state.
   */
  readonly name: string;
}

/** What became of a row. */
export interface JournalChange extends Subject {
  /** SHA-256 of what the row now holds; not given: the row was taken away. */
  readonly digest?: Buffer;
}

/** A change in its place in the journal. */
export interface JournalEntry extends JournalChange {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Seconds since 1970. For people: nothing is decided by it. */
  readonly at: number;
  /** SHA-256 over the entry before and this one. */
  readonly hash: Buffer;
}

/** Where a chain of entries stands. */
export type ChainEnd = Pick<JournalEntry, "seq" | "hash">;

/** Before the first entry. */
export const JOURNAL_START: ChainEnd = { seq: 0, hash: Buffer.alloc(32) };

const NO_DIGEST = Buffer.alloc(0);
const ENTRY_DOMAIN = Buffer.from("pinmac register journal v1\0", "latin1");

/** Chains changes to what is there, each with its number. */
export function chainChanges(end: ChainEnd, changes: readonly JournalChange[], at: number): readonly JournalEntry[] {
  let { seq, hash: last } = end;
  return changes.map((change) => {
    seq += 1;
    last = hashEntry(last, { ...change, seq, at });
    return { ...change, seq, at, hash: last };
  });
}

/** The hash of an entry that follows the one with the hash `previous`. Of two entries that differ the hashed bytes differ. */
export function hashEntry(previous: Buffer, { seq, at, kind, name, digest }: Omit<JournalEntry, "hash">): Buffer {
  const kindBytes = Buffer.from(kind, "utf8");
  const nameBytes = Buffer.from(name, "utf8");
  const digestBytes = digest ?? NO_DIGEST;
  const numbers = Buffer.alloc(28);
  numbers.writeBigUInt64BE(BigInt(seq), 0);
  numbers.writeBigUInt64BE(BigInt(at), 8);
  numbers.writeUInt32BE(kindBytes.length, 16);
  numbers.writeUInt32BE(nameBytes.length, 20);
  numbers.writeUInt32BE(digestBytes.length, 24);
  const bytes = Buffer.concat([ENTRY_DOMAIN, previous, numbers, kindBytes, nameBytes, digestBytes]);
  return hash("sha256", bytes, "buffer");
}
