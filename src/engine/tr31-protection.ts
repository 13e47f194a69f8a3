import { deriveTr31Keys, TR31_RULES, type Tr31Protection } from "../keyblock/index.js";
import { computeCmac, truncateMac } from "../mac/index.js";
import type { OpenedDerivingKeyBlockKey, OpenedKeyBlockKey, OpenedVariantKeyBlockKey } from "./opened-key.js";
import { SoftwareBlockCipher } from "./software-block-cipher.js";

/** Versions A and C: both variants are in the token, which deciphers and makes MACs. It enciphers nothing: these versions are never made. */
function variantProtection({ version, encryption, authentication }: OpenedVariantKeyBlockKey): Tr31Protection {
  const { blockLength, macLength } = TR31_RULES[version];
  return {
    version,
    blockLength,
    macLength,
    mac: (data) => truncateMac(authentication.cbcResidue(data), macLength),
    decryptCbc: (iv, ciphertext) => encryption.decryptCbc(iv, ciphertext),
    encryptCbc: () => {
      throw new RangeError("Key blocks of versions A and C are never made.");
    },
  };
}

/** Versions B and D: the token derives the working keys by CMAC; they live in this process while `work` runs. */
function withDerivedProtection<Result>(
  { version, header, cmac }: OpenedDerivingKeyBlockKey,
  work: (protection: Tr31Protection) => Result,
): Result {
  const keys = deriveTr31Keys(version, header.keyLength, cmac);
  const cipherOf = version === "D" ? SoftwareBlockCipher.ofAes : SoftwareBlockCipher.ofTdes;
  const encryption = cipherOf(keys.encryption);
  const authentication = cipherOf(keys.authentication);
  try {
    const { blockLength, macLength } = TR31_RULES[version];
    return work({
      version,
      blockLength,
      macLength,
      mac: (data) => computeCmac(authentication, data),
      decryptCbc: (iv, ciphertext) => encryption.decryptCbc(iv, ciphertext),
      encryptCbc: (iv, plaintext) => encryption.encryptCbc(iv, plaintext),
    });
  } finally {
    encryption.wipe();
    authentication.wipe();
    keys.encryption.wipe();
    keys.authentication.wipe();
  }
}

/**
 * Works with a key block protection key of the version it is bound to. The key itself stays in the token; what is derived from it is wiped
 * on every way out.
 * @throws TokenFault
 */
export function withTr31Protection<Result>(key: OpenedKeyBlockKey, work: (protection: Tr31Protection) => Result): Result {
  return "cmac" in key ? withDerivedProtection(key, work) : work(variantProtection(key));
}
