/** A mechanism of PKCS#11 and what pinmac does with it. */
export interface NeededMechanism {
  /** CKM_ name without the prefix. */
  readonly name: string;
  readonly type: number;
  /**
   * serving: without it the service does not start. making: needed where keys are made or imported. optional: without it some kinds of
   * keys are refused TOKEN_CANNOT, and nothing else.
   */
  readonly need: "serving" | "making" | "optional";
  readonly purpose: string;
}

/** PKCS#11 v2.40, section 2 of the mechanisms specification. */
export const NEEDED_MECHANISMS: readonly NeededMechanism[] = [
  { name: "AES_KEY_WRAP", type: 0x2109, need: "serving", purpose: "opening sealed keys" },
  { name: "AES_CMAC", type: 0x108a, need: "serving", purpose: "the seal of keys; CMAC with AES" },
  { name: "AES_ECB", type: 0x1081, need: "serving", purpose: "PIN blocks of ISO format 4" },
  { name: "DES3_ECB", type: 0x132, need: "serving", purpose: "PIN blocks of ISO formats 0 to 3; DUKPT; MACs" },
  { name: "DES3_CBC", type: 0x133, need: "serving", purpose: "CBC-MAC and retail MAC" },
  { name: "AES_KEY_GEN", type: 0x1080, need: "making", purpose: "master keys and AES keys" },
  { name: "GENERIC_SECRET_KEY_GEN", type: 0x350, need: "making", purpose: "HMAC keys" },
  { name: "RSA_PKCS_KEY_PAIR_GEN", type: 0x0, need: "making", purpose: "the way in for key material" },
  { name: "RSA_PKCS_OAEP", type: 0x9, need: "making", purpose: "the way in for key material" },
  { name: "DES3_CMAC", type: 0x138, need: "optional", purpose: "CMAC with TDES; key blocks of version B" },
  { name: "SHA256_HMAC", type: 0x251, need: "optional", purpose: "HMAC with SHA-256" },
  { name: "SHA224_HMAC", type: 0x256, need: "optional", purpose: "HMAC with SHA-224" },
  { name: "SHA384_HMAC", type: 0x261, need: "optional", purpose: "HMAC with SHA-384" },
  { name: "SHA512_HMAC", type: 0x271, need: "optional", purpose: "HMAC with SHA-512" },
  { name: "AES_ECB_ENCRYPT_DATA", type: 0x1104, need: "optional", purpose: "AES DUKPT" },
];

/**
 * Mechanisms that pinmac never uses, and that let code with a session of its own take keys apart or launder them (Clulow 2003;
 * EXTRACT_KEY_FROM_KEY reduces the key space to bytes). A token policy should switch them off.
 */
export const DANGEROUS_MECHANISMS: readonly { readonly name: string; readonly type: number }[] = [
  { name: "RSA_PKCS", type: 0x1 },
  { name: "RSA_X_509", type: 0x3 },
  { name: "CONCATENATE_BASE_AND_KEY", type: 0x360 },
  { name: "CONCATENATE_BASE_AND_DATA", type: 0x362 },
  { name: "CONCATENATE_DATA_AND_BASE", type: 0x363 },
  { name: "XOR_BASE_AND_DATA", type: 0x364 },
  { name: "EXTRACT_KEY_FROM_KEY", type: 0x365 },
];
