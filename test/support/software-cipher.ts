import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import type { BlockCipher } from "../../src/base/index.js";
import type { SingleDes } from "../../src/dukpt/index.js";

/** DES and double-length TDES as triple-length TDES: the one form that OpenSSL 3 still has. */
function tripleLength(key: Buffer): Buffer {
  if (key.length === 8) return Buffer.concat([key, key, key]);
  return key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key;
}

function softwareCipher(blockLength: 8 | 16, ecb: string, cbc: string, key: Buffer): BlockCipher {
  return {
    blockLength,
    encryptEcb: (blocks) => {
      const cipher = createCipheriv(ecb, key, null).setAutoPadding(false);
      return Buffer.concat([cipher.update(blocks), cipher.final()]);
    },
    decryptEcb: (blocks) => {
      const decipher = createDecipheriv(ecb, key, null).setAutoPadding(false);
      return Buffer.concat([decipher.update(blocks), decipher.final()]);
    },
    cbcResidue: (blocks) => {
      const cipher = createCipheriv(cbc, key, Buffer.alloc(blockLength)).setAutoPadding(false);
      const all = Buffer.concat([cipher.update(blocks), cipher.final()]);
      return Buffer.from(all.subarray(all.length - blockLength));
    },
  };
}

/** DES (8 bytes) or TDES (16 or 24 bytes) in software, by node:crypto. */
export function softwareTdes(key: Buffer): BlockCipher {
  return softwareCipher(8, "des-ede3", "des-ede3-cbc", tripleLength(key));
}

/** AES in software, by node:crypto. */
export function softwareAes(key: Buffer): BlockCipher {
  return softwareCipher(16, `aes-${key.length * 8}-ecb`, `aes-${key.length * 8}-cbc`, key);
}

/** Single DES in software, by node:crypto. */
export const softwareDes: SingleDes = {
  encrypt: (key8, block8) => softwareTdes(key8).encryptEcb(block8),
};

/** HMAC in software, by node:crypto. */
export function softwareHmac(hash: string, key: Buffer, message: Buffer): Buffer {
  return createHmac(hash, key).update(message).digest();
}

/** HMAC with SHA-256 in software, by node:crypto. */
export function softwareHmacSha256(key: Buffer, message: Buffer): Buffer {
  return softwareHmac("sha256", key, message);
}

/** No cipher at all: what is enciphered under it can be read. */
export function clearCipher(blockLength: 8 | 16): BlockCipher {
  const copy = (blocks: Buffer): Buffer => Buffer.from(blocks);
  return { blockLength, encryptEcb: copy, decryptEcb: copy, cbcResidue: () => Buffer.alloc(blockLength) };
}
