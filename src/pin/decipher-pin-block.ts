import { type BlockCipher, Refusal, type SecretBytes } from "../base/index.js";
import { withClearBlock } from "./clear-block.js";
import type { Pan } from "./pan.js";
import { xorPanField8, xorPanField16 } from "./pan-field.js";
import { type PinBlockFormat, pinBlockLength } from "./pin-block-format.js";
import { readPinField } from "./pin-field.js";

function decipherBlock8(format: 0 | 1 | 3, cipher: BlockCipher, pinBlock: Buffer, pan: Pan): SecretBytes {
  return withClearBlock(8, (register) => {
    const clear = cipher.decryptEcb(pinBlock, register);
    try {
      if (format !== 1) xorPanField8(clear, pan);
      return readPinField(format, clear);
    } finally {
      clear.fill(0);
    }
  });
}

/** Deciphers, takes the PAN field off, deciphers again; 8 random bytes follow the PIN field and mean nothing. */
function decipherBlock16(cipher: BlockCipher, pinBlock: Buffer, pan: Pan): SecretBytes {
  const intermediate = cipher.decryptEcb(pinBlock);
  try {
    xorPanField16(intermediate, pan);
    return withClearBlock(16, (register) => {
      const field = cipher.decryptEcb(intermediate, register);
      try {
        return readPinField(4, field);
      } finally {
        field.fill(0);
      }
    });
  } finally {
    intermediate.fill(0);
  }
}

/**
 * Deciphers a PIN block and reads the PIN (ISO 9564-1 formats 0, 1, 3, 4). The PAN must be the one the block was made with; format 1
 * carries none. Clear intermediates are wiped on every way out; the PIN is the caller's to wipe.
 * @param cipher TDES for formats 0, 1 and 3; AES for 4
 * @returns the digits, one byte 0 to 9 each
 * @throws Refusal PIN_BLOCK_INVALID for every fault of the clear block alike; PIN_BLOCK_LENGTH_INVALID and
 *   TRANSLATION_NOT_ALLOWED (format 2) before anything is deciphered
 */
export function decipherPinBlock(format: PinBlockFormat, cipher: BlockCipher, pinBlock: Buffer, pan: Pan): SecretBytes {
  if (format === 2) throw new Refusal("TRANSLATION_NOT_ALLOWED", { requirement: "PCI PIN 3-3" });
  if (pinBlock.length !== pinBlockLength(format)) throw new Refusal("PIN_BLOCK_LENGTH_INVALID");
  if (cipher.blockLength !== pinBlock.length) throw new Refusal("KEY_ALGORITHM_MISMATCH");
  return format === 4 ? decipherBlock16(cipher, pinBlock, pan) : decipherBlock8(format, cipher, pinBlock, pan);
}
