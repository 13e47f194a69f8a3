import type { SecretKeyType, WorkingKeyUse } from "../hsm/index.js";

/** What is done with the key of a known answer. */
export type KnownOperation = "encryptEcb" | "decryptEcb" | "cbcResidue" | "aesCmac" | "des3Cmac" | "sha256Hmac";

/** One published answer of one mechanism. */
export interface KnownAnswer {
  readonly keyType: SecretKeyType;
  readonly use: WorkingKeyUse;
  readonly operation: KnownOperation;
  /** All bytes in hex. */
  readonly key: string;
  readonly input: string;
  readonly output: string;
}

/** FIPS 197, appendix C.1. */
const FIPS_197 = {
  key: "000102030405060708090a0b0c0d0e0f",
  clear: "00112233445566778899aabbccddeeff",
  enciphered: "69c4e0d86a7b0430d8cdb78070b4c55a",
};

/** FIPS 81, table B1, with the DES key doubled: single DES the way pinmac does it. */
const FIPS_81 = {
  key: "0123456789abcdef0123456789abcdef",
  clear: "4e6f772069732074",
  enciphered: "3fa40e8a984d4815",
};

/** A known answer of every mechanism and direction that the engine uses. */
export const KNOWN_ANSWERS: readonly KnownAnswer[] = [
  {
    keyType: "AES",
    use: "encryptAesEcb",
    operation: "encryptEcb",
    key: FIPS_197.key,
    input: FIPS_197.clear,
    output: FIPS_197.enciphered,
  },
  {
    keyType: "AES",
    use: "decryptAesEcb",
    operation: "decryptEcb",
    key: FIPS_197.key,
    input: FIPS_197.enciphered,
    output: FIPS_197.clear,
  },
  {
    keyType: "DES2",
    use: "encryptDes3Ecb",
    operation: "encryptEcb",
    key: FIPS_81.key,
    input: FIPS_81.clear,
    output: FIPS_81.enciphered,
  },
  {
    keyType: "DES2",
    use: "decryptDes3Ecb",
    operation: "decryptEcb",
    key: FIPS_81.key,
    input: FIPS_81.enciphered,
    output: FIPS_81.clear,
  },
  {
    // ISO/IEC 9797-1, annex B: MAC algorithm 1, padding method 1, "Now is the time for all ".
    keyType: "DES2",
    use: "encryptDes3Cbc",
    operation: "cbcResidue",
    key: FIPS_81.key,
    input: "4e6f77206973207468652074696d6520666f7220616c6c20",
    output: "70a30640cc76dd8b",
  },
  {
    // NIST SP 800-38B, appendix D.1, example 2.
    keyType: "AES",
    use: "signAesCmac",
    operation: "aesCmac",
    key: "2b7e151628aed2a6abf7158809cf4f3c",
    input: "6bc1bee22e409f96e93d7e117393172a",
    output: "070a16b46b4d4144f79bdd9dd04a287c",
  },
  {
    // NIST SP 800-38B, examples for two-key TDEA, 16-byte message.
    keyType: "DES2",
    use: "signDes3Cmac",
    operation: "des3Cmac",
    key: "0123456789abcdef23456789abcdef01",
    input: "6bc1bee22e409f96e93d7e117393172a",
    output: "cc18a0b79af2413b",
  },
  {
    // Project Wycheproof, HMAC-SHA-256, test 7.
    keyType: "GENERIC_SECRET",
    use: "signSha256Hmac",
    operation: "sha256Hmac",
    key: "1bb997ff4de8a5a391de5c08a33bc2c7c2891e47ad5b9c63110192f78b98fe78",
    input: "667e015df7fc",
    output: "06b5d8c5392323a802bc5cdd0b3c527454a873d9651c368836eaa4ad982ba546",
  },
];

/** ANSI X9.24-1:2009, A.4: the first transaction of the standard's own device. */
export const DUKPT_KNOWN_ANSWER = {
  bdk: "0123456789abcdeffedcba9876543210",
  ksn: "ffff9876543210e00001",
  clearPinBlock: "041274edcba9876f",
  encipheredPinBlock: "1b9c1845eb993a7a",
  message: "4012345678909D987",
  macRequest: "9ccc7817",
} as const;
