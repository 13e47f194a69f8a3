/** Mechanisms (PKCS#11 v2.40, and of v3.0 those of Edwards curves, CKM_…) that pinmac uses, by their standard names without the prefix. */
export const MECHANISMS = {
  RSA_PKCS_KEY_PAIR_GEN: 0x0000_0000,
  RSA_PKCS_OAEP: 0x0000_0009,
  DES2_KEY_GEN: 0x0000_0130,
  DES3_KEY_GEN: 0x0000_0131,
  DES3_ECB: 0x0000_0132,
  DES3_CBC: 0x0000_0133,
  DES3_CMAC: 0x0000_0138,
  SHA_1: 0x0000_0220,
  SHA256_HMAC: 0x0000_0251,
  SHA224_HMAC: 0x0000_0256,
  SHA384_HMAC: 0x0000_0261,
  SHA512_HMAC: 0x0000_0271,
  GENERIC_SECRET_KEY_GEN: 0x0000_0350,
  EC_KEY_PAIR_GEN: 0x0000_1040,
  ECDSA: 0x0000_1041,
  EC_EDWARDS_KEY_PAIR_GEN: 0x0000_1055,
  EDDSA: 0x0000_1057,
  AES_KEY_GEN: 0x0000_1080,
  AES_ECB: 0x0000_1081,
  AES_CMAC: 0x0000_108a,
  AES_ECB_ENCRYPT_DATA: 0x0000_1104,
  AES_KEY_WRAP: 0x0000_2109,
} as const;
export type MechanismName = keyof typeof MECHANISMS;

/** Object classes (CKO_…). */
export const OBJECT_CLASSES = { DATA: 0, PUBLIC_KEY: 2, PRIVATE_KEY: 3, SECRET_KEY: 4 } as const;

/** Key types (CKK_…). */
export const KEY_TYPES = {
  RSA: 0x00,
  EC: 0x03,
  GENERIC_SECRET: 0x10,
  DES2: 0x14,
  DES3: 0x15,
  AES: 0x1f,
  EC_EDWARDS: 0x40,
} as const;
export type SecretKeyType = "GENERIC_SECRET" | "DES2" | "DES3" | "AES";

/** Flags (CKF_…) of tokens, slots and sessions. */
export const FLAGS = {
  HW_SLOT: 0x4,
  TOKEN_INITIALIZED: 0x400,
  USER_PIN_INITIALIZED: 0x8,
  USER_PIN_LOCKED: 0x4_0000,
  RW_SESSION: 0x2,
  SERIAL_SESSION: 0x4,
  OS_LOCKING_OK: 0x2,
} as const;

/** User types (CKU_…). */
export const USERS = { SECURITY_OFFICER: 0, USER: 1 } as const;
