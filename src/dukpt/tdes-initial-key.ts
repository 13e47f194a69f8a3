import { type BlockCipher, SecretBytes } from "../base/index.js";
import type { TdesKsn } from "./tdes-ksn.js";

/** Put on each half of a key before its right half's turn (X9.24-1:2009, A.2 and A.6). */
export const VARIANT_MASK = Buffer.from("C0C0C0C000000000", "hex");

/**
 * The initial key of a device (X9.24-1:2009, A.6): the leftmost 8 bytes of the KSN with the counter cleared, enciphered under the BDK
 * for the left half and under the BDK's variant for the right. The BDK itself may stay in the token.
 * @param bdkVariant TDES under BDK ⊕ C0C0C0C000000000 C0C0C0C000000000
 * @returns 16 bytes, the caller's to wipe; what the ciphers returned is wiped here
 */
export function deriveTdesInitialKey(
  bdk: BlockCipher,
  bdkVariant: BlockCipher,
  ksn: Pick<TdesKsn, "initialKeyId">,
): SecretBytes {
  const id = ksn.initialKeyId.subarray(0, 8);
  const initialKey = SecretBytes.alloc(16);
  try {
    moveInto(initialKey, bdk.encryptEcb(id), 0);
    moveInto(initialKey, bdkVariant.encryptEcb(id), 8);
    return initialKey;
  } catch (error) {
    initialKey.wipe();
    throw error;
  }
}

/** Copies a half key into its place and wipes the source. */
function moveInto(key: SecretBytes, half: Buffer, offset: number): void {
  half.copy(key.expose(), offset);
  half.fill(0);
}
