import { SecretBytes } from "../../base/index.js";
import { MAX_PIN_LENGTH, MIN_PIN_LENGTH } from "../pin-field.js";

/** Bytes that a PIN may come to lie in: outside of V8's heap, where wiping reaches every copy. */
function secretBuffer(length: number): Buffer {
  return SecretBytes.alloc(length).expose();
}

/** The digits of a text, one byte 0–9 each; a new buffer. For reference values only: a PIN is never text. */
export function digitsOf(text: string): Buffer {
  const digits = secretBuffer(text.length);
  for (let index = 0; index < text.length; index++) digits[index] = text.charCodeAt(index) - 0x30;
  return digits;
}

/**
 * Makes sure that a PIN is one: 4 to 12 bytes 0–9, as `decipherPinBlock` returns it.
 * @throws RangeError anything else is a defect of the caller
 */
export function assertPin(pin: SecretBytes): void {
  const digits = pin.expose();
  const isPin = digits.length >= MIN_PIN_LENGTH && digits.length <= MAX_PIN_LENGTH && digits.every((digit) => digit <= 9);
  if (!isPin) throw new RangeError("a PIN is 4 to 12 digits");
}

/** Whether two runs of digits are the same, in a time that depends on their length alone. */
export function equalDigits(left: Buffer, right: Buffer): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

/** The 16 nibbles of an 8-byte block, one byte each; a new buffer, the caller's to wipe. */
export function nibblesOf(block: Buffer): Buffer {
  const nibbles = secretBuffer(block.length * 2);
  for (let index = 0; index < nibbles.length; index++) {
    const byte = block[index >> 1] ?? 0;
    nibbles[index] = index % 2 === 0 ? byte >> 4 : byte & 0x0f;
  }
  return nibbles;
}

/** Two nibbles to a byte, the reverse of `nibblesOf`; a new buffer, the caller's to wipe. */
export function packNibbles(nibbles: Buffer): Buffer {
  const bytes = secretBuffer(nibbles.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = ((nibbles[2 * index] ?? 0) << 4) | (nibbles[2 * index + 1] ?? 0);
  }
  return bytes;
}
