import { createHmac } from "node:crypto";
import type { SecretBytes } from "../base/index.js";
import {
  CHECK_VALUES,
  type CheckValue,
  computeAesCheckValue,
  computeTdesCheckValue,
  type KeyAlgorithm,
} from "../keyblock/index.js";
import { truncateMac } from "../mac/index.js";
import { SoftwareBlockCipher } from "./software-block-cipher.js";

/** Of a component, which is no key of the token's and has no MAC scheme yet. */
const COMPONENT_HASH = "sha256";

/**
 * The check value of material that is in this process's memory: a component, or the sum of components before it is sealed. By the method of
 * the algorithm, as a key of it has. HMAC: with SHA-256.
 * @param material of a length that the algorithm has; stays the caller's to wipe
 */
export function computeMaterialCheckValue(algorithm: KeyAlgorithm, material: SecretBytes): CheckValue {
  switch (algorithm) {
    case "DES":
    case "TDES": {
      using cipher = SoftwareBlockCipher.ofTdes(material);
      return computeTdesCheckValue(cipher);
    }
    case "AES": {
      using cipher = SoftwareBlockCipher.ofAes(material);
      return computeAesCheckValue(cipher);
    }
    case "HMAC": {
      const { method, length } = CHECK_VALUES.HMAC;
      const whole = createHmac(COMPONENT_HASH, material.expose()).digest();
      return { method, value: truncateMac(whole, length) };
    }
  }
}
