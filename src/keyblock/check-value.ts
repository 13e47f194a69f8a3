import type { BlockCipher } from "../base/index.js";
import { computeCmac, truncateMac } from "../mac/index.js";
import type { CheckValue } from "./key-header.js";
import { CHECK_VALUES } from "./usage-rules.js";

/** TDES, and DES as K‖K: the first 3 bytes of an enciphered zero block. The rest is wiped: it would help an exhaustive search. */
export function computeTdesCheckValue(cipher: BlockCipher): CheckValue {
  const { method, length } = CHECK_VALUES.TDES;
  return { method, value: truncateMac(cipher.encryptEcb(Buffer.alloc(8)), length) };
}

/**
 * AES: the first 5 bytes of the CMAC of a zero block (X9.24-3, X9.143). Never the ECB value: in full it is the seed of CMAC's subkeys.
 */
export function computeAesCheckValue(cipher: BlockCipher): CheckValue {
  const { method, length } = CHECK_VALUES.AES;
  return { method, value: truncateMac(computeCmac(cipher, Buffer.alloc(16)), length) };
}
