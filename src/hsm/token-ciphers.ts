import type { BlockCipher } from "../base/index.js";
import { type Mechanism, type ObjectHandle, plainMechanism, vectorMechanism } from "./pkcs11.js";
import type { TokenSession } from "./token-session.js";

const DES3_ECB = plainMechanism("DES3_ECB");
const AES_ECB = plainMechanism("AES_ECB");
const DES3_CBC = vectorMechanism("DES3_CBC", Buffer.alloc(8));

/** A key in the token that may do ECB, in the directions that its template allows. */
class TokenEcbCipher implements BlockCipher {
  readonly blockLength: 8 | 16;
  readonly #session: TokenSession;
  readonly #key: ObjectHandle;
  readonly #mechanism: Mechanism;

  constructor(session: TokenSession, key: ObjectHandle, blockLength: 8 | 16) {
    this.#session = session;
    this.#key = key;
    this.blockLength = blockLength;
    this.#mechanism = blockLength === 8 ? DES3_ECB : AES_ECB;
  }

  encryptEcb(blocks: Buffer, output = Buffer.alloc(blocks.length)): Buffer {
    this.#session.encrypt(this.#mechanism, this.#key, blocks, output);
    return output;
  }

  decryptEcb(blocks: Buffer, output = Buffer.alloc(blocks.length)): Buffer {
    this.#session.decrypt(this.#mechanism, this.#key, blocks, output);
    return output;
  }

  /** Of one block, which is its ECB value: the key may do no CBC. */
  cbcResidue(blocks: Buffer): Buffer {
    if (blocks.length !== this.blockLength) throw new RangeError("This key chains no blocks.");
    return this.encryptEcb(blocks);
  }
}

/** A TDES key in the token that may do CBC encryption only: the key of a MAC. */
class TokenCbcCipher implements BlockCipher {
  readonly blockLength = 8;
  readonly #session: TokenSession;
  readonly #key: ObjectHandle;

  constructor(session: TokenSession, key: ObjectHandle) {
    this.#session = session;
    this.#key = key;
  }

  /** Of one block, which is its CBC value under a zero vector: the key may do no ECB. */
  encryptEcb(blocks: Buffer): Buffer {
    if (blocks.length !== this.blockLength) throw new RangeError("This key enciphers no blocks on their own.");
    return this.cbcResidue(blocks);
  }

  decryptEcb(): Buffer {
    throw new RangeError("This key deciphers nothing.");
  }

  cbcResidue(blocks: Buffer): Buffer {
    const chain = Buffer.alloc(blocks.length);
    this.#session.encrypt(DES3_CBC, this.#key, blocks, chain);
    const residue = Buffer.alloc(this.blockLength);
    chain.copy(residue, 0, chain.length - this.blockLength);
    // The values in between would let their reader make MACs of shorter messages.
    chain.fill(0);
    return residue;
  }
}

/** A TDES key in the token that may do CBC decryption only. */
export interface CbcDecipher {
  /** Whole blocks of 8 bytes, no padding. The result is a buffer of its own, which the caller wipes. */
  decryptCbc(iv: Buffer, ciphertext: Buffer): Buffer;
}

/** The cipher of a key that may do DES3_ECB (block length 8) or AES_ECB (16). */
export function tokenEcbCipher(session: TokenSession, key: ObjectHandle, blockLength: 8 | 16): BlockCipher {
  return new TokenEcbCipher(session, key, blockLength);
}

/** The cipher of a key that may do DES3_CBC. */
export function tokenCbcCipher(session: TokenSession, key: ObjectHandle): BlockCipher {
  return new TokenCbcCipher(session, key);
}

/** A key that may decipher by DES3_CBC. */
export function tokenCbcDecipher(session: TokenSession, key: ObjectHandle): CbcDecipher {
  return {
    decryptCbc: (iv, ciphertext) => {
      const clear = Buffer.alloc(ciphertext.length);
      session.decrypt(vectorMechanism("DES3_CBC", iv), key, ciphertext, clear);
      return clear;
    },
  };
}
