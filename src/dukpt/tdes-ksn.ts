import { Refusal } from "../base/index.js";

/** 80 bits: 59 that name BDK and device, 21 of the transaction counter (X9.24-1:2009, 7). */
const KSN_LENGTH = 10;
const COUNTER_MASK = 0x1f_ffff;

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

function countOneBits(value: number): number {
  let ones = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}

/**
 * Takes the KSN of a transaction, copies it and checks its counter. Counter 0 belongs to the initial key, which serves no transaction.
 * @param bytes exactly 10 bytes
 * @throws Refusal KSN_INVALID
 */
export function parseTdesKsn(bytes: Buffer, field = "ksn"): TdesKsn {
  if (bytes.length !== KSN_LENGTH) throw new Refusal("KSN_INVALID", { field });
  const counter = bytes.readUIntBE(KSN_LENGTH - 3, 3) & COUNTER_MASK;
  if (counter === 0 || countOneBits(counter) > MAX_ONE_BITS) throw new Refusal("KSN_INVALID", { field });
  return { bytes: Buffer.from(bytes), counter, initialKeyId: clearCounter(bytes) };
}

/** A copy of a 10-byte KSN with its 21 counter bits at zero. */
export function clearCounter(bytes: Buffer): Buffer {
  const cleared = Buffer.from(bytes);
  cleared.writeUIntBE(cleared.readUIntBE(KSN_LENGTH - 3, 3) & ~COUNTER_MASK & 0xff_ffff, KSN_LENGTH - 3, 3);
  return cleared;
}
