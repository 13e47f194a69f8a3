import { type BlockCipher, Refusal, type SecretBytes } from "../base/index.js";
import { withClearBlock } from "./clear-block.js";
import type { Pan } from "./pan.js";
import { xorPanField8, xorPanField16 } from "./pan-field.js";
import { type PinBlockFormat, pinBlockLength } from "./pin-block-format.js";
import { writePinField } from "./pin-field.js";

/** A source of cryptographic random bytes. */
export type RandomBytes = (length: number) => Buffer;

function encipherBlock8(format: 0 | 3, cipher: BlockCipher, pin: SecretBytes, pan: Pan, randomBytes: RandomBytes): Buffer {
  return withClearBlock(8, (clear) => {
    writePinField(format, pin, clear, randomBytes);
    xorPanField8(clear, pan);
    return cipher.encryptEcb(clear);
  });
}

/** PIN field with 8 random bytes, enciphered, PAN field put on, enciphered again. */
function encipherBlock16(cipher: BlockCipher, pin: SecretBytes, pan: Pan, randomBytes: RandomBytes): Buffer {
  return withClearBlock(16, (field) => {
    writePinField(4, pin, field, randomBytes);
    const random = randomBytes(8);
    random.copy(field, 8);
    random.fill(0);
    const intermediate = cipher.encryptEcb(field);
    try {
      xorPanField16(intermediate, pan);
      return cipher.encryptEcb(intermediate);
    } finally {
      intermediate.fill(0);
    }
  });
}

/**
 * Makes an enciphered PIN block (ISO 9564-1 formats 0, 3, 4). Format 3 draws its fill, format 4 its 8 random bytes. Clear
 * intermediates are wiped on every way out; the PIN stays the caller's to wipe.
 * @param cipher TDES for formats 0 and 3; AES for 4
 * @param pin one byte 0 to 9 for each digit
 * @throws Refusal PIN_BLOCK_INVALID when the PIN is not 4 to 12 digits; TRANSLATION_NOT_ALLOWED for formats 1 and 2
 */
export function encipherPinBlock(
  format: PinBlockFormat,
  cipher: BlockCipher,
  pin: SecretBytes,
  pan: Pan,
  randomBytes: RandomBytes,
): Buffer {
  if (format === 1 || format === 2) throw new Refusal("TRANSLATION_NOT_ALLOWED", { requirement: "PCI PIN 3-3" });
  if (cipher.blockLength !== pinBlockLength(format)) throw new Refusal("KEY_ALGORITHM_MISMATCH");
  return format === 4 ? encipherBlock16(cipher, pin, pan, randomBytes) : encipherBlock8(format, cipher, pin, pan, randomBytes);
}
