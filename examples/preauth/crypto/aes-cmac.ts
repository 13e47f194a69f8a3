import { encryptAes } from "./aes.js";
import { xor } from "./xor.js";

const BLOCK = 16;

/** Multiplies by x in GF(2^128), as NIST SP 800-38B makes its subkeys. */
function double(block: Buffer): Buffer {
  const value = BigInt(`0x${block.toString("hex")}`) << 1n;
  const overflow = value >> 128n;
  const reduced = (value & ((1n << 128n) - 1n)) ^ (overflow * 0x87n);
  return Buffer.from(reduced.toString(16).padStart(2 * BLOCK, "0"), "hex");
}

function lastBlock(tail: Buffer, subkey: Buffer): Buffer {
  if (tail.length === BLOCK) return xor(tail, subkey);
  const padded = Buffer.alloc(BLOCK);
  tail.copy(padded);
  padded.writeUInt8(0x80, tail.length);
  return xor(padded, double(subkey));
}

/** CMAC with AES (NIST SP 800-38B), 16 bytes. */
export function computeAesCmac(key: Buffer, message: Buffer): Buffer {
  const subkey = double(encryptAes(key, Buffer.alloc(BLOCK)));
  const wholeBlocks = Math.max(0, Math.ceil(message.length / BLOCK) - 1);
  let chain: Buffer = Buffer.alloc(BLOCK);
  for (let index = 0; index < wholeBlocks; index += 1) {
    chain = encryptAes(key, xor(chain, message.subarray(index * BLOCK, (index + 1) * BLOCK)));
  }
  return encryptAes(key, xor(chain, lastBlock(message.subarray(wholeBlocks * BLOCK), subkey)));
}
