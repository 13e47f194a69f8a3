import { SecretBytes } from "../base/index.js";
import { VARIANT_MASK } from "./tdes-initial-key.js";
import type { TdesKsn } from "./tdes-ksn.js";

/** Single DES under a key at hand. The key is used as given: parity bits are data in this schedule. */
export interface SingleDes {
  /** Enciphers one 8-byte block. The result is the caller's to wipe, at once: its memory may be that of the next result. */
  encrypt(key8: Buffer, block8: Buffer): Buffer;
}

const HIGHEST_COUNTER_BIT = 0x10_0000;

/**
 * Registers of the derivation step. They are reused, and lie outside of V8's heap: the work is synchronous and does not nest, and each
 * step wipes them. New buffers would cost more than the arithmetic.
 */
const VARIANT = SecretBytes.alloc(16).expose();
const NEXT = SecretBytes.alloc(16).expose();
const INPUT = SecretBytes.alloc(8).expose();
const [VARIANT_LEFT, VARIANT_RIGHT, NEXT_LEFT, NEXT_RIGHT] = [...halvesOf(VARIANT), ...halvesOf(NEXT)];

function halvesOf(key: Buffer): readonly [left: Buffer, right: Buffer] {
  return [key.subarray(0, 8), key.subarray(8, 16)];
}

function xorInto(target: Buffer, left: Buffer, right: Buffer): void {
  for (let index = 0; index < 8; index++) target[index] = (left[index] ?? 0) ^ (right[index] ?? 0);
}

/** One half of the non-reversible step: DES under `left` of (register ⊕ right), ⊕ right. */
function deriveHalf(target: Buffer, left: Buffer, right: Buffer, register: Buffer, des: SingleDes): void {
  xorInto(INPUT, register, right);
  const output = des.encrypt(left, INPUT);
  try {
    xorInto(target, output, right);
  } finally {
    output.fill(0);
  }
}

/** Non-reversible key generation (X9.24-1:2009, A.2), in place: the right half from the key, the left half from its variant. */
function deriveNextKey(key: Buffer, register: Buffer, des: SingleDes): void {
  const [left, right] = halvesOf(key);
  try {
    deriveHalf(NEXT_RIGHT, left, right, register, des);
    xorInto(VARIANT_LEFT, left, VARIANT_MASK);
    xorInto(VARIANT_RIGHT, right, VARIANT_MASK);
    deriveHalf(NEXT_LEFT, VARIANT_LEFT, VARIANT_RIGHT, register, des);
    NEXT.copy(key);
  } finally {
    for (const wiped of [VARIANT, NEXT, INPUT]) wiped.fill(0);
  }
}

/**
 * The transaction key (X9.24-1:2009, A.3): from the initial key, one non-reversible step for each one-bit of the counter, highest first;
 * the register is the rightmost 8 bytes of the KSN with the bits taken so far. Every intermediate is wiped.
 * @param initialKey 16 bytes; stays the caller's
 * @returns 16 bytes, the caller's to wipe
 */
export function deriveTdesTransactionKey(initialKey: SecretBytes, ksn: TdesKsn, des: SingleDes): SecretBytes {
  const key = SecretBytes.alloc(16);
  initialKey.expose().copy(key.expose());
  const register = Buffer.from(ksn.initialKeyId.subarray(2));
  try {
    for (let bit = HIGHEST_COUNTER_BIT; bit !== 0; bit >>= 1) {
      if ((ksn.counter & bit) === 0) continue;
      register.writeUIntBE(register.readUIntBE(5, 3) | bit, 5, 3);
      deriveNextKey(key.expose(), register, des);
    }
    return key;
  } catch (error) {
    key.wipe();
    throw error;
  }
}
