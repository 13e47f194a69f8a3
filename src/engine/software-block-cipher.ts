import { createCipheriv, createDecipheriv } from "node:crypto";
import { type BlockCipher, SecretBytes } from "../base/index.js";

const DES_BLOCK = 8;
const AES_BLOCK = 16;

/** DES as K‖K‖K, double-length TDES as KL‖KR‖KL: OpenSSL 3 has triple-length TDES only. */
function tripleLength(key: Buffer): SecretBytes {
  const triple = SecretBytes.alloc(3 * DES_BLOCK);
  for (let offset = 0; offset < triple.length; offset += DES_BLOCK) {
    const source = offset % key.length;
    key.copy(triple.expose(), offset, source, source + DES_BLOCK);
  }
  return triple;
}

function copyOf(key: Buffer): SecretBytes {
  const copy = SecretBytes.alloc(key.length);
  key.copy(copy.expose());
  return copy;
}

/**
 * A block cipher in this process's memory, for keys that must be there anyway: working keys of a key block protection key, keys that are
 * made here. The key is a copy in one buffer, wiped by `wipe`; OpenSSL wipes its own when the cipher object is collected.
 */
export class SoftwareBlockCipher implements BlockCipher, Disposable {
  readonly blockLength: 8 | 16;
  readonly #key: SecretBytes;
  readonly #name: string;

  private constructor(blockLength: 8 | 16, key: SecretBytes, name: string) {
    this.blockLength = blockLength;
    this.#key = key;
    this.#name = name;
  }

  /** DES or TDES. @param key 8, 16 or 24 bytes; stays the caller's */
  static ofTdes(key: SecretBytes): SoftwareBlockCipher {
    if (![8, 16, 24].includes(key.length)) throw new RangeError("A DES key has 8, 16 or 24 bytes.");
    return new SoftwareBlockCipher(DES_BLOCK, tripleLength(key.expose()), "des-ede3");
  }

  /** AES. @param key 16, 24 or 32 bytes; stays the caller's */
  static ofAes(key: SecretBytes): SoftwareBlockCipher {
    if (![16, 24, 32].includes(key.length)) throw new RangeError("An AES key has 16, 24 or 32 bytes.");
    return new SoftwareBlockCipher(AES_BLOCK, copyOf(key.expose()), `aes-${8 * key.length}`);
  }

  encryptEcb(blocks: Buffer): Buffer {
    return createCipheriv(`${this.#name}-ecb`, this.#key.expose(), null).setAutoPadding(false).update(blocks);
  }

  decryptEcb(blocks: Buffer): Buffer {
    return createDecipheriv(`${this.#name}-ecb`, this.#key.expose(), null).setAutoPadding(false).update(blocks);
  }

  cbcResidue(blocks: Buffer): Buffer {
    const chain = this.encryptCbc(Buffer.alloc(this.blockLength), blocks);
    const residue = Buffer.alloc(this.blockLength);
    chain.copy(residue, 0, chain.length - this.blockLength);
    chain.fill(0);
    return residue;
  }

  /** Whole blocks, no padding. */
  encryptCbc(iv: Buffer, plaintext: Buffer): Buffer {
    return createCipheriv(`${this.#name}-cbc`, this.#key.expose(), iv).setAutoPadding(false).update(plaintext);
  }

  /** Whole blocks, no padding. The result is the caller's to wipe. */
  decryptCbc(iv: Buffer, ciphertext: Buffer): Buffer {
    return createDecipheriv(`${this.#name}-cbc`, this.#key.expose(), iv).setAutoPadding(false).update(ciphertext);
  }

  wipe(): void {
    this.#key.wipe();
  }

  [Symbol.dispose](): void {
    this.wipe();
  }
}
