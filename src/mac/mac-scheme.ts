/**
 * How a MAC is computed.
 * - ISO9797_1_ALG1: CBC-MAC (ISO/IEC 9797-1 MAC algorithm 1), DES or TDES
 * - ISO9797_1_ALG3: retail MAC (ISO/IEC 9797-1 MAC algorithm 3), double-length TDES; with padding 1 also AS 2805.4.1
 * - CMAC: NIST SP 800-38B, TDES or AES
 * - HMAC_SHA224, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512: FIPS 198-1
 * - UNIONPAY_ECB: the POS MAC of UnionPay terminals, DES or double-length TDES
 */
export const MAC_SCHEMES = [
  "ISO9797_1_ALG1",
  "ISO9797_1_ALG3",
  "CMAC",
  "HMAC_SHA224",
  "HMAC_SHA256",
  "HMAC_SHA384",
  "HMAC_SHA512",
  "UNIONPAY_ECB",
] as const;
export type MacScheme = (typeof MAC_SCHEMES)[number];

/** The parameters of a MAC, fixed for the life of a key and sealed with it. */
export interface MacParameters {
  readonly scheme: MacScheme;
  /** The padding method of ISO/IEC 9797-1; 0 where the scheme brings its own (CMAC, HMAC, UnionPay). */
  readonly paddingMethod: 0 | 1 | 2;
  /** In bytes. At least 4, at most what the scheme gives. */
  readonly length: number;
}

/** The longest message, in bytes. */
export const MAX_MESSAGE_LENGTH = 65_536;
