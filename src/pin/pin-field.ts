import { Refusal, SecretBytes } from "../base/index.js";
import { randomFillNibbles } from "./random-fill.js";

/** A PIN has 4 to 12 digits (ISO 9564-1). */
export const MIN_PIN_LENGTH = 4;
/** A PIN has 4 to 12 digits (ISO 9564-1). */
export const MAX_PIN_LENGTH = 12;

/** Nibbles after the control nibble and the length. */
const PIN_NIBBLES = 14;

/** The formats that this service reads and, but for 1, writes. */
export type OnlineFormat = 0 | 1 | 3 | 4;

/** What may stand after the digits. Format 1 carries transaction data there, of which nothing is known. */
interface FillRule {
  readonly lowest: number;
  readonly highest: number;
}

/** ISO 9564-1: fill digits by format; 0 and 3 once the PAN field is taken off. */
const FILL_RULES: Readonly<Record<OnlineFormat, FillRule>> = {
  0: { lowest: 0xf, highest: 0xf },
  1: { lowest: 0x0, highest: 0xf },
  3: { lowest: 0xa, highest: 0xf },
  4: { lowest: 0xa, highest: 0xa },
};

function nibbleAt(field: Buffer, index: number): number {
  const byte = field[index >> 1] ?? 0;
  return (index & 1) === 0 ? byte >> 4 : byte & 0x0f;
}

/** -1 when `value` lies outside `lowest`..`highest`, else 0: a mask, so that nothing branches on a secret. */
function outside(value: number, lowest: number, highest: number): number {
  return ((value - lowest) | (highest - value)) >> 31;
}

/**
 * Collects every fault of a clear PIN field into one mask and writes the digits into `digits` (12 bytes). All 14 nibbles are looked
 * at whatever the faults, so that neither the answer nor the work done says which one it was.
 * @returns 0 when the field is well formed
 */
function scanPinField(format: OnlineFormat, field: Buffer, digits: Buffer): number {
  const fill = FILL_RULES[format];
  const length = nibbleAt(field, 1);
  let faults = (nibbleAt(field, 0) ^ format) | outside(length, MIN_PIN_LENGTH, MAX_PIN_LENGTH);
  for (let index = 0; index < PIN_NIBBLES; index++) {
    const nibble = nibbleAt(field, index + 2);
    const inPin = (index - length) >> 31;
    faults |= inPin & outside(nibble, 0, 9);
    faults |= ~inPin & outside(nibble, fill.lowest, fill.highest);
    if (index < MAX_PIN_LENGTH) digits[index] = inPin & nibble;
  }
  return faults;
}

/**
 * Reads the PIN out of a clear PIN field, whose first 8 bytes are: control nibble, length, digits, fill. Formats 0 and 3: the PAN field
 * is already taken off. The field stays the caller's to wipe.
 * @returns the digits, one byte 0 to 9 each, 4 to 12 of them
 * @throws Refusal PIN_BLOCK_INVALID for every fault alike, without detail
 */
export function readPinField(format: OnlineFormat, field: Buffer): SecretBytes {
  const digits = SecretBytes.alloc(MAX_PIN_LENGTH);
  try {
    if (scanPinField(format, field, digits.expose()) !== 0) throw new Refusal("PIN_BLOCK_INVALID");
    const pin = SecretBytes.alloc(nibbleAt(field, 1));
    digits.expose().copy(pin.expose(), 0, 0, pin.length);
    return pin;
  } finally {
    digits.wipe();
  }
}

/** The fill of format 0 or 4 is one value; format 3 draws each nibble from A to F. */
function fillNibbles(format: 0 | 3 | 4, count: number, randomBytes: (length: number) => Buffer): Buffer {
  return format === 3 ? randomFillNibbles(count, randomBytes) : Buffer.alloc(count, FILL_RULES[format].lowest);
}

function checkDigits(pin: Buffer): void {
  let faults = outside(pin.length, MIN_PIN_LENGTH, MAX_PIN_LENGTH);
  for (const digit of pin) faults |= outside(digit, 0, 9);
  if (faults !== 0) throw new Refusal("PIN_BLOCK_INVALID");
}

/**
 * Writes control nibble, length, digits and fill into the first 8 bytes of `field`. The PAN field is not put on.
 * @param pin one byte 0 to 9 for each digit
 * @throws Refusal PIN_BLOCK_INVALID when the PIN is not 4 to 12 digits
 */
export function writePinField(
  format: 0 | 3 | 4,
  pin: SecretBytes,
  field: Buffer,
  randomBytes: (length: number) => Buffer,
): void {
  const digits = pin.expose();
  checkDigits(digits);
  const fill = fillNibbles(format, PIN_NIBBLES - digits.length, randomBytes);
  const nibble = (index: number): number => digits[index] ?? fill[index - digits.length] ?? 0;
  field[0] = (format << 4) | digits.length;
  for (let pair = 0; pair < PIN_NIBBLES / 2; pair++) {
    field[1 + pair] = (nibble(2 * pair) << 4) | nibble(2 * pair + 1);
  }
  fill.fill(0);
}
