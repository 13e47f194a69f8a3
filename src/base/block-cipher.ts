/**
 * A block cipher under one key, wherever that key lives: in the token, or in one buffer of lane memory.
 *
 * The pure modules compose PIN blocks, MACs and DUKPT from it; the token's binding and the software binding implement it.
 * Inputs are whole blocks. Outputs are new buffers of the input's length, except `cbcResidue`.
 */
export interface BlockCipher {
  /** 8 (TDES) or 16 (AES) bytes. */
  readonly blockLength: 8 | 16;
  /** Enciphers whole blocks, each on its own. */
  encryptEcb(blocks: Buffer): Buffer;
  /** Deciphers whole blocks, each on its own. */
  decryptEcb(blocks: Buffer): Buffer;
  /** The last block of CBC encryption with a zero IV: the chaining value of a CBC-MAC. */
  cbcResidue(blocks: Buffer): Buffer;
}
