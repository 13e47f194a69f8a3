import type { Tr31Version } from "./tr31-version.js";

/**
 * A key block protection key (KBPK) at work, bound to one version: its two working keys, wherever they live. One KBPK never serves two
 * versions, since the keys of A and C are related to the KBPK itself.
 */
export interface Tr31Protection {
  readonly version: Tr31Version;
  /** As `TR31_RULES` says for the version, as is `macLength`. */
  readonly blockLength: 8 | 16;
  readonly macLength: 4 | 8 | 16;
  /**
   * The MAC of exactly `macLength` bytes: CBC-MAC with zero IV for A and C, CMAC for B and D. `data` may hold the clear payload: it is
   * wiped by whoever called.
   */
  mac(data: Buffer): Buffer;
  /** Whole blocks, no padding. The result is a buffer of its own, which the caller wipes. */
  decryptCbc(iv: Buffer, ciphertext: Buffer): Buffer;
  /** Whole blocks, no padding. `plaintext` is the caller's to wipe. */
  encryptCbc(iv: Buffer, plaintext: Buffer): Buffer;
}
