import { GENESIS, hashRecord, openLine } from "./chain.js";

/** A record as it was read: its place in the chain, and everything it says. */
export interface ReadRecord {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly previous: Buffer;
  /** As the line says. */
  readonly hash: Buffer;
  /** Whether the hash is that of `previous` and the line. */
  readonly intact: boolean;
  /** The whole JSON object. */
  readonly members: Readonly<Record<string, unknown>>;
}

const HASH = /^[0-9a-f]{64}$/;

/** @param line without its newline. @returns undefined when it has not the form of a record */
export function parseRecord(line: Buffer): ReadRecord | undefined {
  const opened = openLine(line);
  const members = opened && parseMembers(opened.body);
  if (opened === undefined || members === undefined) return undefined;
  const { seq, at, previous, kind } = members;
  if (!isSeq(seq) || typeof at !== "string" || typeof kind !== "string") return undefined;
  if (typeof previous !== "string" || !HASH.test(previous)) return undefined;
  const before = Buffer.from(previous, "hex");
  const intact = hashRecord(before, opened.body).equals(opened.hash);
  return { seq, at, kind, previous: before, hash: opened.hash, intact, members };
}

function parseMembers(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

/** Where the chain stands: the last record's number and hash. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Buffer;
}

/** Before the first record. */
export const CHAIN_START: ChainHead = { seq: 0, hash: GENESIS };
