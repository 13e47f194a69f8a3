import { type BlockCipher, SecretBytes } from "../../base/index.js";
import type { Pan } from "../pan.js";
import { assertPin, digitsOf, equalDigits, nibblesOf, packNibbles } from "./digits.js";
import type { Pvki, Pvv } from "./pvv-reference.js";

const PVV_LENGTH = 4;
const PAN_DIGITS = 11;
const PIN_DIGITS = 4;
const TSP_LENGTH = PAN_DIGITS + 1 + PIN_DIGITS;

/**
 * The transformed security parameter: the 11 rightmost PAN digits without the check digit, the PVKI, the 4 leftmost PIN digits.
 * @returns 8 bytes, the caller's to wipe
 */
function transformedSecurityParameter(pan: Pan, pvki: Pvki, pin: SecretBytes): Buffer {
  const digits = SecretBytes.alloc(TSP_LENGTH).expose();
  try {
    digitsOf(pan.slice(-PAN_DIGITS - 1, -1)).copy(digits);
    digits[PAN_DIGITS] = pvki;
    pin.expose().copy(digits, PAN_DIGITS + 1, 0, PIN_DIGITS);
    return packNibbles(digits);
  } finally {
    digits.fill(0);
  }
}

/**
 * Decimal digits out of a cryptogram, in two scans from the left: first its nibbles 0 to 9 as they are, then A to F less 10.
 * @returns 4 digits, the caller's to wipe
 */
function decimalizeInTwoScans(cryptogram: Buffer): SecretBytes {
  const nibbles = nibblesOf(cryptogram);
  const pvv = SecretBytes.alloc(PVV_LENGTH);
  let taken = 0;
  const take = (digit: number): void => {
    if (taken < PVV_LENGTH) pvv.expose()[taken++] = digit;
  };
  for (const nibble of nibbles) if (nibble < 10) take(nibble);
  for (const nibble of nibbles) if (nibble >= 10) take(nibble - 10);
  nibbles.fill(0);
  return pvv;
}

/**
 * The PVV of a PIN (Visa PVV): the two-scan decimalisation of the enciphered TSP.
 * Not exported from the folder: whoever can have PVVs made for PINs of their choice finds other people's PINs.
 * @param cipher TDES under the PVK
 * @param pin 4 to 12 digits, of which the first 4 count; stays the caller's
 * @returns 4 digits, one byte each, the caller's to wipe
 * @throws RangeError `pin` is no PIN
 */
export function computePvv(cipher: BlockCipher, pan: Pan, pvki: Pvki, pin: SecretBytes): SecretBytes {
  assertPin(pin);
  const parameter = transformedSecurityParameter(pan, pvki, pin);
  try {
    const cryptogram = cipher.encryptEcb(parameter);
    try {
      return decimalizeInTwoScans(cryptogram);
    } finally {
      cryptogram.fill(0);
    }
  } finally {
    parameter.fill(0);
  }
}

/**
 * Whether a PIN is the one that the issuer's PVV stands for. Compares in constant time.
 * @param cipher TDES under the PVK
 * @param pin 4 to 12 digits, of which the first 4 count; stays the caller's
 * @throws RangeError `pin` is no PIN
 */
export function verifyPvv(cipher: BlockCipher, pan: Pan, pvki: Pvki, pin: SecretBytes, reference: Pvv): boolean {
  const pvv = computePvv(cipher, pan, pvki, pin);
  try {
    return equalDigits(pvv.expose(), digitsOf(reference));
  } finally {
    pvv.wipe();
  }
}
