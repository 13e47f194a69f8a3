/**
 * The versions of X9.143 that are known. A and C bind by variants of the key block protection key (KBPK), B and D by derivation; D is AES.
 * Version E of ISO 20038 is not among them.
 */
export const TR31_VERSIONS = ["A", "B", "C", "D"] as const;
export type Tr31Version = (typeof TR31_VERSIONS)[number];

/** What a version fixes. */
export interface Tr31VersionRule {
  /** Of the cipher, in bytes; the header is as many characters, or a multiple. */
  readonly blockLength: 8 | 16;
  /** In bytes; never shorter. */
  readonly macLength: 4 | 8 | 16;
  /** Of the KBPK, in bytes. */
  readonly kbpkLengths: readonly number[];
  /** Whether the MAC covers the ciphertext (A, C), or the clear payload and is the IV (B, D). */
  readonly macCovers: "ciphertext" | "payload";
}

const TDES_LENGTHS = [16, 24] as const;
const VARIANT_RULE = { blockLength: 8, macLength: 4, kbpkLengths: TDES_LENGTHS, macCovers: "ciphertext" } as const;

/** The rule of each version (X9.143). */
export const TR31_RULES: Readonly<Record<Tr31Version, Tr31VersionRule>> = {
  A: VARIANT_RULE,
  B: { blockLength: 8, macLength: 8, kbpkLengths: TDES_LENGTHS, macCovers: "payload" },
  C: VARIANT_RULE,
  D: { blockLength: 16, macLength: 16, kbpkLengths: [16, 24, 32], macCovers: "payload" },
};
