import type { MacParameters, MacScheme } from "./mac-scheme.js";

/** No MAC is shorter: below 4 bytes guessing pays. */
export const MIN_MAC_LENGTH = 4;

/** What the parameters of a scheme may be. */
interface SchemeRule {
  readonly paddingMethods: readonly number[];
  readonly minLength: number;
  /** In bytes, for a cipher of 8- or 16-byte blocks; HMAC has no block cipher and one length. */
  readonly maxLength: (blockLength: 8 | 16) => number;
}

const SCHEME_RULES: Readonly<Record<MacScheme, SchemeRule>> = {
  ISO9797_1_ALG1: { paddingMethods: [1, 2], minLength: MIN_MAC_LENGTH, maxLength: () => 8 },
  ISO9797_1_ALG3: { paddingMethods: [1, 2], minLength: MIN_MAC_LENGTH, maxLength: () => 8 },
  CMAC: { paddingMethods: [0], minLength: MIN_MAC_LENGTH, maxLength: (blockLength) => blockLength },
  HMAC_SHA224: { paddingMethods: [0], minLength: MIN_MAC_LENGTH, maxLength: () => 28 },
  HMAC_SHA256: { paddingMethods: [0], minLength: MIN_MAC_LENGTH, maxLength: () => 32 },
  HMAC_SHA384: { paddingMethods: [0], minLength: MIN_MAC_LENGTH, maxLength: () => 48 },
  HMAC_SHA512: { paddingMethods: [0], minLength: MIN_MAC_LENGTH, maxLength: () => 64 },
  // The field F64 of the message: 8 characters, never other.
  UNIONPAY_ECB: { paddingMethods: [0], minLength: 8, maxLength: () => 8 },
};

/** The parameters of a MAC that a rule can object to. */
export type MacParameterName = "paddingMethod" | "length";

/**
 * Which parameter, if any, does not suit the scheme.
 * @param blockLength of the key's cipher: 8 for DES and TDES, 16 for AES
 * @returns the first one at fault, or undefined
 */
export function findMacParameterFault(parameters: MacParameters, blockLength: 8 | 16): MacParameterName | undefined {
  const rule = SCHEME_RULES[parameters.scheme];
  if (!rule.paddingMethods.includes(parameters.paddingMethod)) return "paddingMethod";
  const { length } = parameters;
  const fits = Number.isInteger(length) && length >= rule.minLength && length <= rule.maxLength(blockLength);
  return fits ? undefined : "length";
}
