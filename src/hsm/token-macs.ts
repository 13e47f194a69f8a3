import { type Mechanism, type ObjectHandle, plainMechanism } from "./pkcs11.js";
import type { TokenSession } from "./token-session.js";

const AES_CMAC = plainMechanism("AES_CMAC");
const DES3_CMAC = plainMechanism("DES3_CMAC");

/** Hashes that HMAC is offered with. */
export type HmacHash = "SHA224" | "SHA256" | "SHA384" | "SHA512";

/** Of each hash its mechanism and its length in bytes. */
const HMACS: Readonly<Record<HmacHash, { readonly mechanism: Mechanism; readonly length: number }>> = {
  SHA224: { mechanism: plainMechanism("SHA224_HMAC"), length: 28 },
  SHA256: { mechanism: plainMechanism("SHA256_HMAC"), length: 32 },
  SHA384: { mechanism: plainMechanism("SHA384_HMAC"), length: 48 },
  SHA512: { mechanism: plainMechanism("SHA512_HMAC"), length: 64 },
};

/** CMAC with AES (SP 800-38B) in the token; 16 bytes. */
export function signAesCmac(session: TokenSession, key: ObjectHandle, message: Buffer): Buffer {
  return session.sign(AES_CMAC, key, message, 16);
}

/** CMAC with TDES (SP 800-38B) in the token; 8 bytes. */
export function signDes3Cmac(session: TokenSession, key: ObjectHandle, message: Buffer): Buffer {
  return session.sign(DES3_CMAC, key, message, 8);
}

/** HMAC (FIPS 198-1) in the token; as long as its hash. */
export function signHmac(session: TokenSession, hash: HmacHash, key: ObjectHandle, message: Buffer): Buffer {
  const { mechanism, length } = HMACS[hash];
  return session.sign(mechanism, key, message, length);
}
