import { createCipheriv, createDecipheriv } from "node:crypto";

function ecbName(key: Buffer): string {
  return `aes-${key.length * 8}-ecb`;
}

/** Enciphers one 16-byte block. */
export function encryptAes(key: Buffer, block: Buffer): Buffer {
  const cipher = createCipheriv(ecbName(key), key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** Deciphers one 16-byte block. */
export function decryptAes(key: Buffer, block: Buffer): Buffer {
  const decipher = createDecipheriv(ecbName(key), key, null).setAutoPadding(false);
  return Buffer.concat([decipher.update(block), decipher.final()]);
}
