import { createHash } from "node:crypto";

/** What stands before the first record of all: 32 zero bytes. */
export const GENESIS: Buffer = Buffer.alloc(32);

/** No record is longer, newline included: callers, keys and digests are all bounded. A reader never holds more than this of one line. */
export const MAX_LINE_LENGTH = 65_536;

const HASH_MEMBER = /^,"hash":"([0-9a-f]{64})"\}$/;

/** `,"hash":"` … `"}` */
const HASH_MEMBER_LENGTH = 75;

/** SHA-256 over the hash of the record before and the record without its own hash member. */
export function hashRecord(previous: Buffer, body: string | Buffer): Buffer {
  return createHash("sha256").update(previous).update(body).digest();
}

/** The line of a record: its body, with the hash as last member, and a newline. */
export function sealLine(body: string, hash: Buffer): string {
  return `${body.slice(0, -1)},"hash":"${hash.toString("hex")}"}\n`;
}

/** A line taken apart. */
export interface OpenedLine {
  /** The record without its hash member: what was hashed. */
  readonly body: Buffer;
  readonly hash: Buffer;
}

/** @param line without its newline. @returns undefined when it does not end with a hash */
export function openLine(line: Buffer): OpenedLine | undefined {
  const end = line.length - HASH_MEMBER_LENGTH;
  // Latin-1 maps byte to byte, so no other byte sequence can pass for these letters.
  const [, hash] = HASH_MEMBER.exec(line.toString("latin1", Math.max(end, 0))) ?? [];
  if (end <= 0 || hash === undefined) return undefined;
  return { body: Buffer.concat([line.subarray(0, end), Buffer.from("}")]), hash: Buffer.from(hash, "hex") };
}
