import { type ObjectHandle, plainMechanism } from "./pkcs11.js";
import type { TokenSession } from "./token-session.js";

const AES_CMAC = plainMechanism("AES_CMAC");
const DES3_CMAC = plainMechanism("DES3_CMAC");
const SHA256_HMAC = plainMechanism("SHA256_HMAC");

/** CMAC with AES (SP 800-38B) in the token; 16 bytes. */
export function signAesCmac(session: TokenSession, key: ObjectHandle, message: Buffer): Buffer {
  return session.sign(AES_CMAC, key, message, 16);
}

/** CMAC with TDES (SP 800-38B) in the token; 8 bytes. */
export function signDes3Cmac(session: TokenSession, key: ObjectHandle, message: Buffer): Buffer {
  return session.sign(DES3_CMAC, key, message, 8);
}

/** HMAC with SHA-256 (FIPS 198-1) in the token; 32 bytes. */
export function signSha256Hmac(session: TokenSession, key: ObjectHandle, message: Buffer): Buffer {
  return session.sign(SHA256_HMAC, key, message, 32);
}
