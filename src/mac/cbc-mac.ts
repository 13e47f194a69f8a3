import type { BlockCipher } from "../base/index.js";
import { type PaddingMethod, padMessage } from "./padding.js";

/**
 * MAC algorithm 1 of ISO/IEC 9797-1 (CBC-MAC) over DES or TDES.
 *
 * Untruncated and with messages of varying length it can be extended by whoever sees MACs; algorithm 3 and CMAC cannot.
 * @returns the whole residue; see `truncateMac`
 */
export function computeCbcMac(cipher: BlockCipher, paddingMethod: PaddingMethod, message: Buffer): Buffer {
  return cipher.cbcResidue(padMessage(paddingMethod, message, cipher.blockLength));
}
