import { createCipheriv, createDecipheriv } from "node:crypto";

/** OpenSSL 3 has single DES in its legacy provider only; under a key repeated three times, triple DES is single DES. */
function tripleLengthKey(key: Buffer): Buffer {
  if (key.length === 8) return Buffer.concat([key, key, key]);
  if (key.length === 16) return Buffer.concat([key, key.subarray(0, 8)]);
  throw new RangeError("A key has 8 or 16 bytes.");
}

/** Enciphers whole 8-byte blocks one by one, with DES under an 8-byte key and TDES under a 16-byte key. */
export function encryptTdes(key: Buffer, blocks: Buffer): Buffer {
  const cipher = createCipheriv("des-ede3-ecb", tripleLengthKey(key), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

/** Deciphers what `encryptTdes` made. */
export function decryptTdes(key: Buffer, blocks: Buffer): Buffer {
  const decipher = createDecipheriv("des-ede3-ecb", tripleLengthKey(key), null).setAutoPadding(false);
  return Buffer.concat([decipher.update(blocks), decipher.final()]);
}
