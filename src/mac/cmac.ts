import type { BlockCipher } from "../base/index.js";
import { padMethod1, padMethod2 } from "./padding.js";
import { xorInto } from "./xor.js";

/** The constants Rb of SP 800-38B, 5.3. */
const REDUCTION = { 8: 0x1b, 16: 0x87 } as const;

/** Doubles in GF(2^64) or GF(2^128), in place and without a branch on the secret top bit (SP 800-38B, 6.1). */
function doubleInPlace(block: Buffer, reduction: number): void {
  const carryOut = (block[0] ?? 0) >> 7;
  for (let index = 0; index < block.length; index++) {
    const next = block[index + 1] ?? 0;
    block[index] = (((block[index] ?? 0) << 1) | (next >> 7)) & 0xff;
  }
  const last = block.length - 1;
  block[last] = (block[last] ?? 0) ^ (-carryOut & reduction);
}

/**
 * CMAC (NIST SP 800-38B, 6.2) over AES or TDES, composed from the plain block cipher. The subkeys are wiped.
 * @param message any length, also empty
 * @returns a whole block; see `truncateMac`
 */
export function computeCmac(cipher: BlockCipher, message: Buffer): Buffer {
  const length = cipher.blockLength;
  const whole = message.length > 0 && message.length % length === 0;
  // Method 1 leaves whole blocks as they are.
  const padded = whole ? padMethod1(message, length) : padMethod2(message, length);
  const subkey = cipher.encryptEcb(Buffer.alloc(length));
  try {
    doubleInPlace(subkey, REDUCTION[length]);
    if (!whole) doubleInPlace(subkey, REDUCTION[length]);
    xorInto(padded.subarray(padded.length - length), subkey);
    return cipher.cbcResidue(padded);
  } finally {
    subkey.fill(0);
    // Together with the message, which is no secret, the last block would give the subkey away.
    padded.fill(0);
  }
}
