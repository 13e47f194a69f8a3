import { SecretBytes } from "../base/index.js";
import { VARIANT_MASK } from "./tdes-initial-key.js";
import type { TdesKsn } from "./tdes-ksn.js";

/** Single DES under a key at hand. The key is used as given: parity bits are data in this schedule. */
export interface SingleDes {
  /** Enciphers one 8-byte block; returns a new buffer. */
  encrypt(key8: Buffer, block8: Buffer): Buffer;
}

const HIGHEST_COUNTER_BIT = 0x10_0000;

function xor8(left: Buffer, right: Buffer): Buffer {
  const result = Buffer.alloc(8);
  for (let index = 0; index < 8; index++) result[index] = (left[index] ?? 0) ^ (right[index] ?? 0);
  return result;
}

/** One half of the non-reversible step: DES under `left` of (register ⊕ right), ⊕ right. */
function deriveHalf(left: Buffer, right: Buffer, register: Buffer, des: SingleDes): Buffer {
  const input = xor8(register, right);
  try {
    const output = des.encrypt(left, input);
    try {
      return xor8(output, right);
    } finally {
      output.fill(0);
    }
  } finally {
    input.fill(0);
  }
}

/** Non-reversible key generation (X9.24-1:2009, A.2), in place: the right half from the key, the left half from its variant. */
function deriveNextKey(key: Buffer, register: Buffer, des: SingleDes): void {
  const left = key.subarray(0, 8);
  const right = key.subarray(8, 16);
  const wiped: Buffer[] = [];
  const keep = (bytes: Buffer): Buffer => {
    wiped.push(bytes);
    return bytes;
  };
  try {
    const newRight = keep(deriveHalf(left, right, register, des));
    const variantLeft = keep(xor8(left, VARIANT_MASK));
    const variantRight = keep(xor8(right, VARIANT_MASK));
    const newLeft = keep(deriveHalf(variantLeft, variantRight, register, des));
    newLeft.copy(left);
    newRight.copy(right);
  } finally {
    for (const bytes of wiped) bytes.fill(0);
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
