/**
 * A block cipher under one key, wherever that key lives: in the token, or in one buffer of lane memory.
 *
 * The pure modules compose PIN blocks, MACs and DUKPT from it; the token's binding and the software binding implement it.
 * Inputs are whole blocks. Outputs have the input's length, except `cbcResidue`. They are new buffers, or `output`, which a binding may
 * use where it is given and as long as the input: the result is what is returned.
 */
export interface BlockCipher {
  /** 8 (TDES) or 16 (AES) bytes. */
  readonly blockLength: 8 | 16;
  /** Enciphers whole blocks, each on its own. */
  encryptEcb(blocks: Buffer, output?: Buffer): Buffer;
  /** Deciphers whole blocks, each on its own. */
  decryptEcb(blocks: Buffer, output?: Buffer): Buffer;
  /** The last block of CBC encryption with a zero IV: the chaining value of a CBC-MAC. */
  cbcResidue(blocks: Buffer): Buffer;
}
