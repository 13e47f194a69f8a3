import type { KeyAlgorithm } from "../key-header.js";

/** What a key block may hold of an algorithm. */
export interface Tr31AlgorithmRule {
  readonly algorithm: KeyAlgorithm;
  /** The code in the header (X9.143, 6.3.2). */
  readonly code: string;
  /** In bytes. */
  readonly keyLengths: readonly number[];
  /** As long as every key of the family is made to look; undefined: only filled up to the next cipher block. */
  readonly obscuredLength?: number;
}

const RULES: readonly Tr31AlgorithmRule[] = [
  { algorithm: "DES", code: "D", keyLengths: [8], obscuredLength: 24 },
  { algorithm: "TDES", code: "T", keyLengths: [16, 24], obscuredLength: 24 },
  { algorithm: "AES", code: "A", keyLengths: [16, 24, 32], obscuredLength: 32 },
  { algorithm: "HMAC", code: "H", keyLengths: [16, 24, 32, 40, 48, 56, 64] },
];

/** The rule of a header's algorithm code, or undefined when keys of it are not served. */
export function findRuleByCode(code: string): Tr31AlgorithmRule | undefined {
  return RULES.find((rule) => rule.code === code);
}

/** The code of an algorithm. */
export function codeOf(algorithm: KeyAlgorithm): string {
  const rule = RULES.find((candidate) => candidate.algorithm === algorithm);
  if (rule === undefined) throw new RangeError("An algorithm without a code.");
  return rule.code;
}
