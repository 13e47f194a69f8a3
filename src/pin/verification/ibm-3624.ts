import { type BlockCipher, Refusal, type SecretBytes } from "../../base/index.js";
import type { DecimalizationTable } from "./decimalization-table.js";
import { assertPin, digitsOf, equalDigits, nibblesOf } from "./digits.js";

declare const offsetBrand: unique symbol;

/** A PIN offset as the issuer stores it: 4 to 12 decimal digits, as many as the PIN has; all zero for a natural PIN. */
export type Ibm3624Offset = string & { readonly [offsetBrand]: true };

const OFFSET_PATTERN = /^[0-9]{4,12}$/;
const VALIDATION_DATA_LENGTH = 8;

/**
 * Takes a PIN offset.
 * @throws Refusal REQUEST_INVALID
 */
export function parseIbm3624Offset(text: string, field = "offset"): Ibm3624Offset {
  if (!OFFSET_PATTERN.test(text)) throw new Refusal("REQUEST_INVALID", { field });
  return text as Ibm3624Offset;
}

/**
 * The PIN that an offset stands for: the decimalised cryptogram of the validation data, plus the offset, digit by digit modulo 10.
 * @returns the offset's length, one byte 0–9 each, the caller's to wipe
 */
function expectedPin(cryptogram: Buffer, table: DecimalizationTable, offset: Ibm3624Offset): Buffer {
  const nibbles = nibblesOf(cryptogram);
  try {
    const pin = digitsOf(offset);
    for (let index = 0; index < pin.length; index++) {
      pin[index] = ((pin[index] ?? 0) + table.digitFor(nibbles[index] ?? 0)) % 10;
    }
    return pin;
  } finally {
    nibbles.fill(0);
  }
}

/**
 * Whether a PIN is the one that the issuer's offset stands for (IBM 3624). Every digit is checked: a PIN shorter or longer than the
 * offset is a wrong PIN. Compares in constant time.
 * @param cipher TDES under the PIN verification key
 * @param validationData the 8 bytes of `buildValidationData`
 * @param pin 4 to 12 digits, one byte each; stays the caller's
 * @throws RangeError `pin` is no PIN, or `validationData` not 8 bytes
 */
export function verifyIbm3624Offset(
  cipher: BlockCipher,
  table: DecimalizationTable,
  validationData: Buffer,
  pin: SecretBytes,
  offset: Ibm3624Offset,
): boolean {
  assertPin(pin);
  if (validationData.length !== VALIDATION_DATA_LENGTH) throw new RangeError("validation data is 8 bytes");
  const cryptogram = cipher.encryptEcb(validationData);
  try {
    const expected = expectedPin(cryptogram, table, offset);
    try {
      return equalDigits(expected, pin.expose());
    } finally {
      expected.fill(0);
    }
  } finally {
    cryptogram.fill(0);
  }
}
