import { encryptTdes } from "./tdes.js";
import { xor } from "./xor.js";

function foldBlocks(message: Buffer): Buffer {
  const folded = Buffer.alloc(8);
  for (const [index, byte] of message.entries()) {
    folded.writeUInt8(folded.readUInt8(index % 8) ^ byte, index % 8);
  }
  return folded;
}

function upperHex(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("hex").toUpperCase(), "ascii");
}

/**
 * The MAC of UnionPay POS terminals: all blocks of the message are folded into one, its 16 hex characters are enciphered with
 * chaining, and the first 8 hex characters of the result are the MAC. DES under an 8-byte key, TDES under a 16-byte one.
 */
export function computeUnionPayMac(key: Buffer, message: Buffer): Buffer {
  const text = upperHex(foldBlocks(message));
  const first = encryptTdes(key, text.subarray(0, 8));
  const second = encryptTdes(key, xor(first, text.subarray(8, 16)));
  return upperHex(second).subarray(0, 8);
}
