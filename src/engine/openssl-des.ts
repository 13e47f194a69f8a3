// Besides src/hsm/native-address.ts the only file that loads the foreign-function interface.
import { createRequire } from "node:module";

/** Length of a DES key that is made ready: its subkeys, in OpenSSL's own form. */
export const SCHEDULE_LENGTH = 128;

const BLOCK = 8;

/** Two keys made ready, for KL‖KR‖KL; equal for single DES. */
export interface DesSchedules {
  readonly left: Buffer;
  readonly right: Buffer;
}

/**
 * DES as OpenSSL's library has it, without the ceremony of its cipher objects, which costs ten times as much as a block. Everything is in
 * memory that the caller gives and wipes. Lengths are checked here: nothing else stands before memory that is not ours.
 */
export interface OpensslDes {
  /** Makes an 8-byte key ready, in 128 bytes. Parity bits are not looked at. */
  prepare(key: Buffer, schedule: Buffer): void;
  /** DES of one block. */
  encryptBlock(input: Buffer, output: Buffer, schedule: Buffer): void;
  /** TDES of whole blocks, each on its own. */
  ecb(direction: "encrypt" | "decrypt", input: Buffer, output: Buffer, schedules: DesSchedules): void;
  /** The last block of CBC encryption with TDES and a zero IV. `chain` is as long as the input: every value in between. */
  cbc(input: Buffer, chain: Buffer, schedules: DesSchedules): void;
  /** The last block of CBC encryption with single DES and a zero IV. */
  cbcResidue(input: Buffer, output: Buffer, schedule: Buffer): void;
  /**
   * Does the same work with zeros, so that these lie on the stack where the last block and key did: OpenSSL leaves them there, and calls of
   * other functions do not pass there. To be called when a piece of work is done.
   */
  coverTraces(): void;
}

/** For `coverTraces`; none of them ever holds a secret. */
const ZEROS = Buffer.alloc(BLOCK);
const ZERO_SCHEDULE = Buffer.alloc(SCHEDULE_LENGTH);
const OUTPUT = Buffer.alloc(BLOCK);

type Foreign = (...args: readonly (Buffer | number)[]) => unknown;

/** The functions of `openssl/des.h` that are used. */
const PROTOTYPES = {
  setKey: "void DES_set_key_unchecked(void *key, void *schedule)",
  encryptBlock: "void DES_ecb_encrypt(void *input, void *output, void *schedule, int enc)",
  ecb3: "void DES_ecb3_encrypt(void *input, void *output, void *ks1, void *ks2, void *ks3, int enc)",
  cbc3: "void DES_ede3_cbc_encrypt(void *input, void *output, long length, void *ks1, void *ks2, void *ks3, void *ivec, int enc)",
  checksum: "uint32_t DES_cbc_cksum(void *input, void *output, long length, void *schedule, void *ivec)",
} as const;

let loaded: OpensslDes | undefined | "untried" = "untried";

/** Loaded at the first call; undefined where this Node does not let others use its OpenSSL. */
export function opensslDes(): OpensslDes | undefined {
  if (loaded === "untried") loaded = load();
  return loaded;
}

function load(): OpensslDes | undefined {
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
    // Of this process itself: the OpenSSL that Node was built with.
    const library = koffi.load(null);
    const functionOf = (prototype: string): Foreign => library.func(prototype) as Foreign;
    return bind({
      setKey: functionOf(PROTOTYPES.setKey),
      encryptBlock: functionOf(PROTOTYPES.encryptBlock),
      ecb3: functionOf(PROTOTYPES.ecb3),
      cbc3: functionOf(PROTOTYPES.cbc3),
      checksum: functionOf(PROTOTYPES.checksum),
    });
  } catch {
    return undefined;
  }
}

function bind({ setKey, encryptBlock, ecb3, cbc3, checksum }: Record<keyof typeof PROTOTYPES, Foreign>): OpensslDes {
  return {
    prepare(key, schedule) {
      requireLengths([key, BLOCK], [schedule, SCHEDULE_LENGTH]);
      setKey(key, schedule);
    },
    encryptBlock(input, output, schedule) {
      requireLengths([input, BLOCK], [output, BLOCK], [schedule, SCHEDULE_LENGTH]);
      encryptBlock(input, output, schedule, 1);
    },
    ecb(direction, input, output, { left, right }) {
      requireBlocks(input);
      requireLengths([output, input.length], [left, SCHEDULE_LENGTH], [right, SCHEDULE_LENGTH]);
      for (let offset = 0; offset < input.length; offset += BLOCK) {
        const end = offset + BLOCK;
        ecb3(input.subarray(offset, end), output.subarray(offset, end), left, right, left, direction === "encrypt" ? 1 : 0);
      }
    },
    cbc(input, chain, { left, right }) {
      requireBlocks(input);
      requireLengths([chain, input.length], [left, SCHEDULE_LENGTH], [right, SCHEDULE_LENGTH]);
      cbc3(input, chain, input.length, left, right, left, Buffer.alloc(BLOCK), 1);
    },
    cbcResidue(input, output, schedule) {
      requireBlocks(input);
      requireLengths([output, BLOCK], [schedule, SCHEDULE_LENGTH]);
      checksum(input, output, input.length, schedule, Buffer.alloc(BLOCK));
    },
    coverTraces() {
      setKey(ZEROS, ZERO_SCHEDULE);
      encryptBlock(ZEROS, OUTPUT, ZERO_SCHEDULE, 1);
      ecb3(ZEROS, OUTPUT, ZERO_SCHEDULE, ZERO_SCHEDULE, ZERO_SCHEDULE, 1);
    },
  };
}

function requireLengths(...expected: readonly (readonly [bytes: Buffer, length: number])[]): void {
  for (const [bytes, length] of expected) {
    if (bytes.length !== length) throw new RangeError("Memory for DES has the wrong length.");
  }
}

function requireBlocks(bytes: Buffer): void {
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) throw new RangeError("DES takes whole blocks.");
}
