import type { HmacHash, SecretKeyType, WorkingKeyUse } from "../hsm/index.js";

/** What is done with the key of a known answer. */
export type KnownOperation = "encryptEcb" | "decryptEcb" | "cbcResidue" | "aesCmac" | "des3Cmac" | "hmac";

/** One published answer of one mechanism. */
export interface KnownAnswer {
  readonly keyType: SecretKeyType;
  readonly use: WorkingKeyUse;
  readonly operation: KnownOperation;
  /** Of an HMAC. */
  readonly hash?: HmacHash;
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
    operation: "hmac",
    hash: "SHA256",
    key: "1bb997ff4de8a5a391de5c08a33bc2c7c2891e47ad5b9c63110192f78b98fe78",
    input: "667e015df7fc",
    output: "06b5d8c5392323a802bc5cdd0b3c527454a873d9651c368836eaa4ad982ba546",
  },
  {
    // Project Wycheproof, HMAC-SHA-224, test 4, its key filled up with zeros, as HMAC itself does.
    keyType: "GENERIC_SECRET",
    use: "signSha224Hmac",
    operation: "hmac",
    hash: "SHA224",
    key: "0361a904f7cbd107a617614ab69d11208ee6d423b3ae90e2bb6d7e5400000000",
    input: "e6e765",
    output: "bbfa7ff960931e2f5ed8c925cd74272990e755f31422e5c858995b73",
  },
  {
    // Project Wycheproof, HMAC-SHA-384, test 12.
    keyType: "GENERIC_SECRET",
    use: "signSha384Hmac",
    operation: "hmac",
    hash: "SHA384",
    key: "fc771f7ccd499a1ed633d86876d707b5f1d53c6bcdf21aa2907766ab3ca7fa6cdd6a9b981b1a84a528e81444303f1057",
    input: "03ba11f3f3173b85226b25",
    output: "cfb4971d5449db364e2c8d0d429a0767050d480a5397f0dcc74294f52ea96260a57fe6cad14409ad67da6fbebf2da0d8",
  },
  {
    // Project Wycheproof, HMAC-SHA-512, test 1.
    keyType: "GENERIC_SECRET",
    use: "signSha512Hmac",
    operation: "hmac",
    hash: "SHA512",
    key: "5365244bb43f23f18dfc86c09d62db4741138bec1fbddc282d295e0a098eb5c3e37bd6f4cc16d5ce7d77b1d474a1eb4db313cc0c24e48992ac125196549df9a8",
    input: "",
    output:
      "d0a556bd1afa8df1ebf9e3ee683a8a2450a7c83eba2daf2e2ff2f953f0cd64da216e67134cf55578b205c8a1e241ba1369516a5ef4298b9c1d31e9d59fc04fe4",
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

/** What is known of a BDK's PIN key: what one block is deciphered to. */
export interface AesDukptKnownAnswer {
  readonly type: "AES_128" | "AES_256";
  readonly bdk: string;
  readonly ksn: string;
  readonly enciphered: string;
  readonly clear: string;
}

/** ANSI X9.24-3:2017, supplement: derivations of one block, and of two. */
export const AES_DUKPT_KNOWN_ANSWERS: readonly AesDukptKnownAnswer[] = [
  {
    type: "AES_128",
    bdk: "fedcba9876543210f1f1f1f1f1f1f1f1",
    ksn: "123456789012345600000003",
    enciphered: "a5a27e82b43a9a866a93d7abe89cef93",
    clear: "0d6af85c9d22dc520221556750cd9eea",
  },
  {
    type: "AES_256",
    bdk: "fedcba9876543210f1f1f1f1f1f1f1f1fedcba9876543210f1f1f1f1f1f1f1f1",
    ksn: "123456789012345600000003",
    // The standard gives the key: 96A1AB5D…FDA6DA0E.
    enciphered: "00000000000000000000000000000000",
    clear: "27a08e6de333b83eafe0c333c5aacc06",
  },
];
