import type { MacScheme } from "../mac/index.js";
import type { CheckValueMethod, KeyAlgorithm, KeyHeaderDraft, KeyUsage, ModeOfUse } from "./key-header.js";

/** One kind of key: what its usage, algorithm and length allow for the rest. */
export interface UsageRule {
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  /** In bytes. */
  readonly keyLengths: readonly number[];
  readonly modesOfUse: readonly ModeOfUse[];
  /** Schemes that a key of this kind may serve; empty: it makes no MACs. */
  readonly schemes: readonly MacScheme[];
  /** Whether MAC parameters may be left out. */
  readonly macOptional: boolean;
}

const CIPHER_MODES = ["B", "D", "E"] as const;
const MAC_MODES = ["C", "G", "V"] as const;
const HMAC_SCHEMES = ["HMAC_SHA224", "HMAC_SHA256", "HMAC_SHA384", "HMAC_SHA512"] as const;
const HMAC_LENGTHS = [16, 24, 32, 40, 48, 56, 64] as const;

function macRule(
  usage: KeyUsage,
  algorithm: KeyAlgorithm,
  keyLengths: readonly number[],
  schemes: readonly MacScheme[],
): UsageRule {
  return { usage, algorithm, keyLengths, modesOfUse: MAC_MODES, schemes, macOptional: false };
}

/** Keys that encipher: PINs, data, other keys. */
function cipherRule(usage: KeyUsage, algorithm: KeyAlgorithm, keyLengths: readonly number[]): UsageRule {
  return { usage, algorithm, keyLengths, modesOfUse: CIPHER_MODES, schemes: [], macOptional: true };
}

function pinRule(algorithm: KeyAlgorithm, keyLengths: readonly number[]): UsageRule {
  return cipherRule("P0", algorithm, keyLengths);
}

/** Keys that verify PINs. Generating is not offered, whatever the mode of use says. */
function verificationRule(usage: "V1" | "V2", keyLengths: readonly number[]): UsageRule {
  return { usage, algorithm: "TDES", keyLengths, modesOfUse: MAC_MODES, schemes: [], macOptional: true };
}

/**
 * Every kind of key there is; what is not here is refused. Usages and modes are those of X9.143 (TR-31).
 * M1 is single-length CBC-MAC, and UnionPay's MAC, whose key is single- or double-length. A BDK makes MACs when it says how.
 */
const USAGE_RULES: readonly UsageRule[] = [
  {
    usage: "B0",
    algorithm: "TDES",
    keyLengths: [16],
    modesOfUse: ["X"],
    schemes: ["ISO9797_1_ALG1", "ISO9797_1_ALG3", "CMAC"],
    macOptional: true,
  },
  {
    usage: "B0",
    algorithm: "AES",
    keyLengths: [16, 24, 32],
    modesOfUse: ["X"],
    schemes: ["CMAC", ...HMAC_SCHEMES],
    macOptional: true,
  },
  cipherRule("D0", "TDES", [16, 24]),
  cipherRule("D0", "AES", [16, 24, 32]),
  cipherRule("K0", "TDES", [16, 24]),
  cipherRule("K0", "AES", [16, 24, 32]),
  cipherRule("K1", "TDES", [16, 24]),
  cipherRule("K1", "AES", [16, 24, 32]),
  verificationRule("V1", [16, 24]),
  verificationRule("V2", [16]),
  pinRule("TDES", [16, 24]),
  pinRule("AES", [16, 24, 32]),
  macRule("M0", "TDES", [16, 24], ["ISO9797_1_ALG1"]),
  macRule("M1", "DES", [8], ["ISO9797_1_ALG1", "UNIONPAY_ECB"]),
  macRule("M1", "TDES", [16], ["UNIONPAY_ECB"]),
  macRule("M3", "TDES", [16], ["ISO9797_1_ALG3"]),
  macRule("M6", "TDES", [16, 24], ["CMAC"]),
  macRule("M6", "AES", [16, 24, 32], ["CMAC"]),
  macRule("M7", "HMAC", HMAC_LENGTHS, HMAC_SCHEMES),
];

/** The rule for a usage and an algorithm, or undefined when they do not go together. */
export function findUsageRule(draft: Pick<KeyHeaderDraft, "usage" | "algorithm">): UsageRule | undefined {
  return USAGE_RULES.find((rule) => rule.usage === draft.usage && rule.algorithm === draft.algorithm);
}

/** The check value of each algorithm: its method and its length in bytes. */
export const CHECK_VALUES: Readonly<Record<KeyAlgorithm, { readonly method: CheckValueMethod; readonly length: number }>> = {
  DES: { method: "TDES_ECB", length: 3 },
  TDES: { method: "TDES_ECB", length: 3 },
  AES: { method: "AES_CMAC", length: 5 },
  HMAC: { method: "HMAC_EMPTY", length: 3 },
};
