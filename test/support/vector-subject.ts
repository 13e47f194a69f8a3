/** The PIN block formats in the vectors that are in scope. */
export type VectorFormat = 0 | 1 | 3 | 4;

/** A cipher as the vectors name it. */
export type VectorCipher = "DES" | "TDES" | "AES";

/** A hash of HMAC as the vectors name it. */
export const VECTOR_HASHES = ["sha224", "sha256", "sha384", "sha512"] as const;
export type VectorHash = (typeof VECTOR_HASHES)[number];

/** A working key as the vectors name it; `none` is the transaction key itself. */
export type VectorKeyUsage = "none" | "pin" | "mac_request" | "mac_response";

/**
 * What a vector is run against: the product's code, or the reference. Everything is upper-case hex or digits; `undefined` means
 * refused.
 */
export interface VectorSubject {
  readonly name: string;
  /** The clear block of format 0 or 3, or of format 1 never; `random` is hex that the fill is drawn from. */
  encodeClearBlock(format: 0 | 3, pin: string, pan: string): string | undefined;
  decodeClearBlock(format: 0 | 1 | 3, block: string, pan: string): string | undefined;
  /** The format 4 PIN field: 8 bytes and the 8 random ones. */
  encodePinField4(pin: string, random: string): string | undefined;
  decodePinField4(field: string): string | undefined;
  encodePanField4(pan: string): string | undefined;
  encipherPinBlock(format: 0 | 4, key: string, pin: string, pan: string, random: string): string | undefined;
  decipherPinBlock(format: VectorFormat, key: string, block: string, pan: string): string | undefined;
  initialKey(bdk: string, ksn: string): string;
  workingKey(initialKey: string, ksn: string, usage: VectorKeyUsage): string;
  pad(method: 1 | 2, message: string): string;
  cbcMac(cipher: VectorCipher, key: string, padding: 1 | 2, message: string): string;
  retailMac(key: string, padding: 1 | 2, message: string): string;
  cmac(cipher: VectorCipher, key: string, message: string): string;
  unionPayMac(cipher: VectorCipher, key: string, message: string): string;
  hmac(hash: VectorHash, key: string, message: string): string;
  /** As long as the subject shows it. */
  checkValue(cipher: VectorCipher, key: string): string;
}
