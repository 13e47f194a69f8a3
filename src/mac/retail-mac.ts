import type { BlockCipher } from "../base/index.js";
import { type PaddingMethod, padMessage } from "./padding.js";
import { xorInto } from "./xor.js";

const BLOCK = 8;

/**
 * MAC algorithm 3 of ISO/IEC 9797-1 (retail MAC, ANSI X9.19): CBC with single DES under the left half, and the last block also
 * deciphered under the right half and enciphered under the left: which is one TDES block.
 * @param leftCipher TDES under KL‖KL, that is DES under KL
 * @param wholeCipher TDES under KL‖KR
 * @returns all 8 bytes; see `truncateMac`
 */
export function computeRetailMac(
  leftCipher: BlockCipher,
  wholeCipher: BlockCipher,
  paddingMethod: PaddingMethod,
  message: Buffer,
): Buffer {
  const padded = padMessage(paddingMethod, message, BLOCK);
  const last = Buffer.alloc(BLOCK);
  padded.copy(last, 0, padded.length - BLOCK);
  if (padded.length > BLOCK) {
    const residue = leftCipher.cbcResidue(padded.subarray(0, padded.length - BLOCK));
    xorInto(last, residue);
    residue.fill(0);
  }
  try {
    return wholeCipher.encryptEcb(last);
  } finally {
    last.fill(0);
  }
}
