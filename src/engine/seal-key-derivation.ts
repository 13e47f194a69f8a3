import { SecretBytes } from "../base/index.js";
import { computeCmac } from "../mac/index.js";
import { SoftwareBlockCipher } from "./software-block-cipher.js";

/** NIST SP 800-108r1, 4.1: counter of one byte, label, a zero byte, no context, length in bits of two bytes. */
const LABEL = Buffer.from("pinmac seal key\0", "latin1");
const SEAL_KEY_LENGTH = 32;
const CMAC_LENGTH = 16;

function derivationData(counter: number): Buffer {
  const lengthInBits = Buffer.alloc(2);
  lengthInBits.writeUInt16BE(8 * SEAL_KEY_LENGTH);
  return Buffer.concat([Buffer.of(counter), LABEL, lengthInBits]);
}

/**
 * The seal key that belongs to a storage master key brought in from outside: counter mode with CMAC (NIST SP 800-108r1, 4.1), so that one
 * set of components restores both. See docs/adr/0019-storage-master-key-from-components.md.
 * @param storageMasterKey 32 bytes; stays the caller's to wipe
 * @returns 32 bytes, the caller's to wipe
 */
export function deriveSealKey(storageMasterKey: SecretBytes): SecretBytes {
  using cipher = SoftwareBlockCipher.ofAes(storageMasterKey);
  const sealKey = SecretBytes.alloc(SEAL_KEY_LENGTH);
  for (let offset = 0; offset < SEAL_KEY_LENGTH; offset += CMAC_LENGTH) {
    const block = computeCmac(cipher, derivationData(offset / CMAC_LENGTH + 1));
    block.copy(sealKey.expose(), offset);
    block.fill(0);
  }
  return sealKey;
}
