import { Refusal, SecretBytes } from "../base/index.js";
import { checkKeyMaterial, type KeyHeaderDraft } from "../keyblock/index.js";
import { setOddParity } from "./des-parity.js";

/** A weak DES key comes up once in 2^52; a random generator that gives several in a row is broken. */
const MAX_ATTEMPTS = 4;

/**
 * Random key material that is not weak, DES and TDES with odd parity.
 * @param randomBytes of the token; its buffer is wiped here
 * @returns the caller's to wipe
 * @throws Refusal KEY_MATERIAL_INVALID when one weak key follows the other
 */
export function randomMaterial(draft: KeyHeaderDraft, randomBytes: (length: number) => Buffer): SecretBytes {
  for (let attempt = 1; ; attempt++) {
    const material = SecretBytes.take(randomBytes(draft.keyLength));
    try {
      if (draft.algorithm === "DES" || draft.algorithm === "TDES") setOddParity(material.expose());
      checkKeyMaterial(draft, material);
      return material;
    } catch (error) {
      material.wipe();
      if (!(error instanceof Refusal) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
