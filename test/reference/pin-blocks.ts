import type { HexCipher } from "./block-ciphers.js";
import { xorHex } from "./hex.js";

/** The account number field of formats 0 and 3. */
export function panField(pan: string): string {
  return pan.slice(0, -1).slice(-12).padStart(16, "0");
}

/** The account number field of format 4. */
export function panField4(pan: string): string {
  return `${(pan.length - 12).toString(16)}${pan}`.padEnd(32, "0").toUpperCase();
}

function isPin(pin: string): boolean {
  return /^\d{4,12}$/.test(pin);
}

function isPan(pan: string): boolean {
  return /^\d{12,19}$/.test(pan);
}

/** `<control><length><pin>` and fill, 16 digits. */
function pinField(control: number, pin: string, fill: string): string {
  return `${control}${pin.length.toString(16).toUpperCase()}${pin}`.padEnd(16, fill);
}

/** Format 4's PIN field with its random half. */
export function encodePinField4(pin: string, random: string): string | undefined {
  return isPin(pin) ? pinField(4, pin, "A") + random : undefined;
}

/** A clear block of format 0 or 3; format 3 filled with B only. */
export function encodeClearBlock(format: 0 | 3, pin: string, pan: string): string | undefined {
  if (!isPin(pin) || !isPan(pan)) return undefined;
  return xorHex(pinField(format, pin, format === 0 ? "F" : "B"), panField(pan));
}

const FIELD_PATTERNS: Readonly<Record<number, RegExp>> = {
  0: /^0([4-9A-C])(\d+)F*$/,
  1: /^1([4-9A-C])([0-9A-F]+)$/,
  3: /^3([4-9A-C])(\d+)[A-F]*$/,
  4: /^4([4-9A-C])(\d+)A*$/,
};

function decodeField(format: number, field: string): string | undefined {
  const match = FIELD_PATTERNS[format]?.exec(field);
  if (field.length !== 16 || !match) return undefined;
  const length = Number.parseInt(match[1] ?? "", 16);
  const digits = match[2] ?? "";
  // Formats with a fill end their digits exactly at the length; format 1 has anything there.
  if (format !== 1 && digits.length !== length) return undefined;
  const pin = digits.slice(0, length);
  return isPin(pin) && pin.length === length ? pin : undefined;
}

/** The PIN of a clear block of format 0, 1 or 3. */
export function decodeClearBlock(format: 0 | 1 | 3, block: string, pan: string): string | undefined {
  if (block.length !== 16 || !isPan(pan)) return undefined;
  return decodeField(format, format === 1 ? block : xorHex(block, panField(pan)));
}

/** The PIN of a format 4 PIN field. */
export function decodePinField4(field: string): string | undefined {
  return field.length === 32 ? decodeField(4, field.slice(0, 16)) : undefined;
}

/** An enciphered block of format 0 or 4. */
export function encipherBlock(format: 0 | 4, cipher: HexCipher, pin: string, pan: string, random: string): string | undefined {
  if (!isPan(pan)) return undefined;
  if (format === 0) {
    const clear = encodeClearBlock(0, pin, pan);
    return clear && cipher.encrypt(clear);
  }
  const field = encodePinField4(pin, random);
  return field && cipher.encrypt(xorHex(cipher.encrypt(field), panField4(pan)));
}

/** The PIN of an enciphered block. */
export function decipherBlock(format: 0 | 1 | 3 | 4, cipher: HexCipher, block: string, pan: string): string | undefined {
  if (block.length !== cipher.blockDigits || !isPan(pan)) return undefined;
  if (format !== 4) return decodeClearBlock(format, cipher.decrypt(block), pan);
  return decodePinField4(cipher.decrypt(xorHex(cipher.decrypt(block), panField4(pan))));
}
