import { decryptTdes, encryptTdes } from "./tdes.js";
import { xor } from "./xor.js";

/**
 * The retail MAC (ISO/IEC 9797-1 algorithm 3, padding method 1) under a 16-byte key, 8 bytes: DES in CBC mode under the left
 * half, then the last block deciphered under the right half and enciphered again under the left.
 */
export function computeRetailMac(key: Buffer, message: Buffer): Buffer {
  const [left, right] = [key.subarray(0, 8), key.subarray(8, 16)];
  let chain = Buffer.alloc(8);
  for (let offset = 0; offset < message.length; offset += 8) {
    const block = Buffer.alloc(8);
    message.copy(block, 0, offset, offset + 8);
    chain = Buffer.from(encryptTdes(left, xor(chain, block)));
  }
  return encryptTdes(left, decryptTdes(right, chain));
}
