import { type BlockCipher, SecretBytes } from "../base/index.js";
import type { SingleDes } from "../dukpt/index.js";
import { type OpensslDes, SCHEDULE_LENGTH } from "./openssl-des.js";

const BLOCK = 8;

/**
 * As `SoftwareTdes`, by OpenSSL's functions for DES: the keys made ready are in one buffer of ours, which `wipe` wipes, and in no object that
 * waits for the garbage collector.
 */
export class OpensslTdes implements BlockCipher, Disposable {
  readonly blockLength = BLOCK;
  readonly #des: OpensslDes;
  readonly #secret = SecretBytes.alloc(2 * SCHEDULE_LENGTH);
  readonly #left: Buffer;
  readonly #right: Buffer;
  readonly #isSingle: boolean;

  /** @param key KL‖KR for TDES, or 8 bytes for DES */
  constructor(des: OpensslDes, key: Buffer) {
    if (key.length !== BLOCK && key.length !== 2 * BLOCK) throw new RangeError("A key has 8 or 16 bytes.");
    this.#des = des;
    this.#isSingle = key.length === BLOCK;
    const schedules = this.#secret.expose();
    this.#left = schedules.subarray(0, SCHEDULE_LENGTH);
    this.#right = this.#isSingle ? this.#left : schedules.subarray(SCHEDULE_LENGTH);
    des.prepare(key.subarray(0, BLOCK), this.#left);
    if (!this.#isSingle) des.prepare(key.subarray(BLOCK), this.#right);
  }

  encryptEcb(blocks: Buffer, output = bytesOf(blocks.length)): Buffer {
    this.#des.ecb("encrypt", blocks, output, { left: this.#left, right: this.#right });
    return output;
  }

  decryptEcb(blocks: Buffer, output = bytesOf(blocks.length)): Buffer {
    this.#des.ecb("decrypt", blocks, output, { left: this.#left, right: this.#right });
    return output;
  }

  cbcResidue(blocks: Buffer): Buffer {
    const residue = bytesOf(BLOCK);
    if (this.#isSingle) {
      this.#des.cbcResidue(blocks, residue, this.#left);
      return residue;
    }
    const chain = bytesOf(blocks.length);
    try {
      this.#des.cbc(blocks, chain, { left: this.#left, right: this.#right });
      chain.copy(residue, 0, chain.length - BLOCK);
      return residue;
    } finally {
      chain.fill(0);
    }
  }

  wipe(): void {
    this.#secret.wipe();
    this.#des.coverTraces();
  }

  [Symbol.dispose](): void {
    this.wipe();
  }
}

/** Outside of V8's heap, so that wiping reaches all of it. */
function bytesOf(length: number): Buffer {
  return SecretBytes.alloc(length).expose();
}

/** Registers of one step of a derivation; the work is synchronous and does not nest. */
const SCHEDULE = SecretBytes.alloc(SCHEDULE_LENGTH);
const OUTPUT = SecretBytes.alloc(BLOCK).expose();

/** DES for the derivation steps of DUKPT. The result lies in a register: it is the caller's to wipe, and gone with the next step. */
export function opensslSingleDes(des: OpensslDes): SingleDes {
  return {
    encrypt(key8, block8) {
      const schedule = SCHEDULE.expose();
      try {
        des.prepare(key8, schedule);
        des.encryptBlock(block8, OUTPUT, schedule);
        return OUTPUT;
      } finally {
        SCHEDULE.wipe();
      }
    },
  };
}
