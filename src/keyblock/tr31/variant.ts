import { SecretBytes } from "../../base/index.js";
import { invalidBlock } from "./invalid-block.js";
import { TR31_RULES } from "./tr31-version.js";

/** What a variant is for. */
export type Tr31VariantPurpose = "encryption" | "authentication";

/** ASCII E and M, over every byte of the KBPK (X9.143). */
const MASKS: Readonly<Record<Tr31VariantPurpose, number>> = { encryption: 0x45, authentication: 0x4d };

/**
 * A working key of versions A and C: the KBPK with every byte XORed. Computed when the KBPK is sealed, so that the variant is a part of its
 * own and the KBPK does not leave the token again.
 * @returns as long as the KBPK; the caller wipes it
 * @throws Refusal KEY_BLOCK_INVALID when the KBPK is not 16 or 24 bytes long
 */
export function tr31Variant(kbpk: SecretBytes, purpose: Tr31VariantPurpose): SecretBytes {
  if (!TR31_RULES.A.kbpkLengths.includes(kbpk.length)) throw invalidBlock();
  const variant = SecretBytes.alloc(kbpk.length);
  const bytes = variant.expose();
  kbpk.expose().forEach((byte, index) => {
    bytes[index] = byte ^ MASKS[purpose];
  });
  return variant;
}
