import { Refusal } from "../base/index.js";
import { countOneBits } from "./one-bits.js";

/** 80 bits: 59 that name BDK and device, 21 of the transaction counter (X9.24-1:2009, 7). */
const KSN_LENGTH = 10;
const COUNTER_MASK = 0x1f_ffff;

/** What the 64-bit form of a KSN leaves out: ids shorter than 59 bits are filled with ones on the left. */
const OMITTED_PREFIX = Buffer.from("FFFF", "hex");
const SHORT_KSN_LENGTH = KSN_LENGTH - OMITTED_PREFIX.length;

/** A counter with more one-bits is skipped by the device: it would cost more than ten derivation steps (X9.24-1:2009, A.1). */
const MAX_ONE_BITS = 10;

/** The KSN of one transaction under a TDES BDK. */
export interface TdesKsn {
  /** All 10 bytes. */
  readonly bytes: Buffer;
  /** 21 bits, never 0. */
  readonly counter: number;
  /** The 10 bytes with the counter cleared: the same for every transaction of a device. */
  readonly initialKeyId: Buffer;
}

/** The 10-byte form, copied, of a KSN that may come with its leading FFFF left out. */
function normalize(bytes: Buffer, field: string): Buffer {
  if (bytes.length === KSN_LENGTH) return Buffer.from(bytes);
  if (bytes.length === SHORT_KSN_LENGTH) return Buffer.concat([OMITTED_PREFIX, bytes]);
  throw new Refusal("KSN_INVALID", { field });
}

/**
 * Takes the KSN of a transaction, copies it and checks its counter. Counter 0 belongs to the initial key, which serves no transaction.
 * @param bytes 10 bytes, or 8 when the leading FFFF is left out; both forms of one KSN give the same result
 * @throws Refusal KSN_INVALID
 */
export function parseTdesKsn(bytes: Buffer, field = "ksn"): TdesKsn {
  const ksn = normalize(bytes, field);
  const counter = ksn.readUIntBE(KSN_LENGTH - 3, 3) & COUNTER_MASK;
  if (counter === 0 || countOneBits(counter) > MAX_ONE_BITS) throw new Refusal("KSN_INVALID", { field });
  return { bytes: ksn, counter, initialKeyId: clearCounter(ksn) };
}

/** A copy of a 10-byte KSN with its 21 counter bits at zero. */
export function clearCounter(bytes: Buffer): Buffer {
  const cleared = Buffer.from(bytes);
  cleared.writeUIntBE(cleared.readUIntBE(KSN_LENGTH - 3, 3) & ~COUNTER_MASK & 0xff_ffff, KSN_LENGTH - 3, 3);
  return cleared;
}
