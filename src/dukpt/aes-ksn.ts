import { Refusal } from "../base/index.js";
import { countOneBits } from "./one-bits.js";

/** 96 bits: BDK id 4 bytes, derivation id 4 bytes, transaction counter 4 bytes (X9.24-3:2017, 6.1). */
const KSN_LENGTH = 12;
const COUNTER_OFFSET = 8;

/** A counter with more one-bits is skipped by the device (X9.24-3:2017). So 0xFFFF0000 is the largest there is. */
const MAX_ONE_BITS = 16;

/** The KSN of one transaction under an AES BDK. */
export interface AesKsn {
  /** All 12 bytes. */
  readonly bytes: Buffer;
  /** The leftmost 8 bytes, BDK id and derivation id: the same for every transaction of a device. */
  readonly initialKeyId: Buffer;
  /** 32 bits, never 0. */
  readonly counter: number;
}

/**
 * Takes the KSN of a transaction, copies it and checks its counter. Counter 0 belongs to the initial key, which serves no transaction.
 * @param bytes exactly 12 bytes
 * @throws Refusal KSN_INVALID
 */
export function parseAesKsn(bytes: Buffer, field = "ksn"): AesKsn {
  if (bytes.length !== KSN_LENGTH) throw new Refusal("KSN_INVALID", { field });
  const counter = bytes.readUInt32BE(COUNTER_OFFSET);
  if (counter === 0 || countOneBits(counter) > MAX_ONE_BITS) throw new Refusal("KSN_INVALID", { field });
  return { bytes: Buffer.from(bytes), initialKeyId: Buffer.from(bytes.subarray(0, COUNTER_OFFSET)), counter };
}
