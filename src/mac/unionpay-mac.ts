import type { BlockCipher } from "../base/index.js";
import { padMethod1 } from "./padding.js";
import { xorInto } from "./xor.js";

const BLOCK = 8;
const HEX_DIGITS = "0123456789ABCDEF";

/** The upper-case hex characters of the leftmost `count` bytes, in ASCII. */
function toAsciiHex(bytes: Buffer, count: number): Buffer {
  const hex = Buffer.alloc(2 * count);
  for (let index = 0; index < count; index++) {
    const byte = bytes[index] ?? 0;
    hex[2 * index] = HEX_DIGITS.charCodeAt(byte >> 4);
    hex[2 * index + 1] = HEX_DIGITS.charCodeAt(byte & 0x0f);
  }
  return hex;
}

/**
 * The "ECB" MAC of UnionPay POS terminals: XOR of all 8-byte blocks of the zero-padded message, written as 16 hex characters, which are
 * enciphered as two chained blocks: CBC-MAC over the characters. DES for an 8-byte key, TDES for 16.
 * @returns the MAC field: the first 8 upper-case hex characters of the result, in ASCII
 */
export function computeUnionPayMac(cipher: BlockCipher, message: Buffer): Buffer {
  const padded = padMethod1(message, BLOCK);
  const folded = Buffer.alloc(BLOCK);
  for (let offset = 0; offset < padded.length; offset += BLOCK) xorInto(folded, padded, offset);
  const residue = cipher.cbcResidue(toAsciiHex(folded, BLOCK));
  try {
    return toAsciiHex(residue, BLOCK / 2);
  } finally {
    residue.fill(0);
  }
}
