import { createCipheriv, createDecipheriv } from "node:crypto";
import { type BlockCipher, SecretBytes } from "../base/index.js";
import type { SingleDes } from "../dukpt/index.js";

const BLOCK = 8;
const ECB = "des-ede3-ecb";
const CBC = "des-ede3-cbc";

/**
 * TDES in this process's memory, for keys that DUKPT derives: a generic token cannot derive them. The key is a copy in one buffer, wiped
 * by `wipe`; OpenSSL wipes its own when the cipher object is collected.
 */
export class SoftwareTdes implements BlockCipher, Disposable {
  readonly blockLength = BLOCK;
  readonly #key: SecretBytes;

  private constructor(key: SecretBytes) {
    this.#key = key;
  }

  /** TDES under a double-length key: KL‖KR‖KL. */
  static ofDoubleLength(key: Buffer): SoftwareTdes {
    if (key.length !== 2 * BLOCK) throw new RangeError("A double-length key has 16 bytes.");
    return SoftwareTdes.#of(key.subarray(0, BLOCK), key.subarray(BLOCK));
  }

  /** DES under a single-length key, as TDES under K‖K‖K: OpenSSL 3 has no DES of its own. */
  static ofSingleLength(key: Buffer): SoftwareTdes {
    if (key.length !== BLOCK) throw new RangeError("A single-length key has 8 bytes.");
    return SoftwareTdes.#of(key, key);
  }

  static #of(left: Buffer, right: Buffer): SoftwareTdes {
    const key = SecretBytes.alloc(3 * BLOCK);
    left.copy(key.expose(), 0);
    right.copy(key.expose(), BLOCK);
    left.copy(key.expose(), 2 * BLOCK);
    return new SoftwareTdes(key);
  }

  encryptEcb(blocks: Buffer): Buffer {
    return createCipheriv(ECB, this.#key.expose(), null).setAutoPadding(false).update(blocks);
  }

  decryptEcb(blocks: Buffer): Buffer {
    return createDecipheriv(ECB, this.#key.expose(), null).setAutoPadding(false).update(blocks);
  }

  cbcResidue(blocks: Buffer): Buffer {
    const chain = createCipheriv(CBC, this.#key.expose(), Buffer.alloc(BLOCK)).setAutoPadding(false).update(blocks);
    const residue = Buffer.alloc(BLOCK);
    chain.copy(residue, 0, chain.length - BLOCK);
    chain.fill(0);
    return residue;
  }

  wipe(): void {
    this.#key.wipe();
  }

  [Symbol.dispose](): void {
    this.wipe();
  }
}

/** Holds K‖K‖K during one step of a derivation; the work is synchronous and does not nest. */
const TRIPLE = SecretBytes.alloc(3 * BLOCK);

/** DES for the derivation steps of DUKPT. The key is in one register meanwhile, which is wiped. */
export const softwareDes: SingleDes = {
  encrypt(key8, block8) {
    if (key8.length !== BLOCK) throw new RangeError("A single-length key has 8 bytes.");
    const key = TRIPLE.expose();
    try {
      for (let offset = 0; offset < key.length; offset += BLOCK) key8.copy(key, offset);
      return createCipheriv(ECB, key, null).setAutoPadding(false).update(block8);
    } finally {
      TRIPLE.wipe();
    }
  },
};
