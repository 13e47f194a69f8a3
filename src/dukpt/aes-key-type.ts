/** The kinds of AES BDK (ANSI X9.24-3:2017, 6.2.1). */
export const AES_DUKPT_TYPES = ["AES_128", "AES_192", "AES_256"] as const;
export type AesDukptType = (typeof AES_DUKPT_TYPES)[number];

/** What a working key under an AES BDK can be (ANSI X9.24-3:2017, 6.2.1). */
export const DUKPT_KEY_TYPES = ["TDES_2KEY", "TDES_3KEY", ...AES_DUKPT_TYPES, "HMAC_128", "HMAC_192", "HMAC_256"] as const;
export type DukptKeyType = (typeof DUKPT_KEY_TYPES)[number];

interface KeyTypeEntry {
  /** The algorithm indicator in derivation data (X9.24-3:2017, 6.3.2). */
  readonly algorithm: number;
  /** In bytes. */
  readonly length: number;
  /** In bits, as NIST SP 800-57 part 1 counts it; of TDES the upper bound. */
  readonly strength: number;
}

/** How each type of key stands in derivation data. */
export const KEY_TYPES: Readonly<Record<DukptKeyType, KeyTypeEntry>> = {
  TDES_2KEY: { algorithm: 0, length: 16, strength: 112 },
  TDES_3KEY: { algorithm: 1, length: 24, strength: 112 },
  AES_128: { algorithm: 2, length: 16, strength: 128 },
  AES_192: { algorithm: 3, length: 24, strength: 192 },
  AES_256: { algorithm: 4, length: 32, strength: 256 },
  HMAC_128: { algorithm: 5, length: 16, strength: 128 },
  HMAC_192: { algorithm: 5, length: 24, strength: 192 },
  HMAC_256: { algorithm: 5, length: 32, strength: 256 },
};

/** Whether such a BDK may have such a working key: a working key is never stronger than its BDK (X9.24-3:2017). */
export function isWorkingKeyAllowed(bdkType: AesDukptType, workingKeyType: DukptKeyType): boolean {
  return KEY_TYPES[workingKeyType].strength <= KEY_TYPES[bdkType].strength;
}
