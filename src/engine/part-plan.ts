import type { SecretKeyType, WorkingKeyUse } from "../hsm/index.js";
import type { KeyAlgorithm, KeyHeader } from "../keyblock/index.js";

/** What of a header decides how its parts are unwrapped. */
export type PlannedHeader = Pick<KeyHeader, "usage" | "algorithm" | "keyLength" | "modeOfUse">;

/** How a header's parts come into the token, in their order, and where its check value is computed. */
export interface PartPlan {
  readonly keyType: SecretKeyType;
  /** One for each part. */
  readonly uses: readonly WorkingKeyUse[];
  /** The part whose check value is the key's. */
  readonly checkPart: number;
  /** What that part must be able to do for it. Often its own use; else it is unwrapped once more, for this alone. */
  readonly checkUse: WorkingKeyUse;
}

/** The token's type of a key's parts; all parts of a key have one. Single DES is kept as K‖K. */
export function keyTypeOf({ algorithm, keyLength }: Pick<PlannedHeader, "algorithm" | "keyLength">): SecretKeyType {
  const types: Readonly<Record<KeyAlgorithm, SecretKeyType>> = {
    DES: "DES2",
    TDES: keyLength === 24 ? "DES3" : "DES2",
    AES: "AES",
    HMAC: "GENERIC_SECRET",
  };
  return types[algorithm];
}

function pinUses(header: PlannedHeader): Pick<PartPlan, "uses" | "checkUse"> {
  const isAes = header.algorithm === "AES";
  const encrypt: WorkingKeyUse = isAes ? "encryptAesEcb" : "encryptDes3Ecb";
  switch (header.modeOfUse) {
    case "E":
      return { uses: [encrypt], checkUse: encrypt };
    case "D":
      return { uses: [isAes ? "decryptAesEcb" : "decryptDes3Ecb"], checkUse: encrypt };
    case "B": {
      const both: WorkingKeyUse = isAes ? "bothAesEcb" : "bothDes3Ecb";
      return { uses: [both], checkUse: both };
    }
    default:
      throw new RangeError("A PIN key does not have this mode of use.");
  }
}

/**
 * The one table of what a key may do in the token. Each object gets the uses and the one mechanism that its header needs: a key that
 * makes MACs by CBC does no ECB, a key that deciphers PIN blocks enciphers none.
 */
export function planParts(header: PlannedHeader): PartPlan {
  const keyType = keyTypeOf(header);
  switch (header.usage) {
    case "P0":
      return { keyType, checkPart: 0, ...pinUses(header) };
    case "B0":
      return { keyType, uses: ["encryptDes3Ecb", "encryptDes3Ecb"], checkPart: 0, checkUse: "encryptDes3Ecb" };
    case "M0":
    case "M1":
      return { keyType, uses: ["encryptDes3Cbc"], checkPart: 0, checkUse: "encryptDes3Cbc" };
    case "M3":
      return { keyType, uses: ["encryptDes3Cbc", "encryptDes3Ecb"], checkPart: 1, checkUse: "encryptDes3Ecb" };
    case "M6":
      return header.algorithm === "AES"
        ? { keyType, uses: ["signAesCmac"], checkPart: 0, checkUse: "signAesCmac" }
        : { keyType, uses: ["signDes3Cmac"], checkPart: 0, checkUse: "encryptDes3Ecb" };
    case "M7":
      return { keyType, uses: ["signSha256Hmac"], checkPart: 0, checkUse: "signSha256Hmac" };
  }
}
