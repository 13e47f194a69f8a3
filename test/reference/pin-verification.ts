import { tdes } from "./block-ciphers.js";

/** Visa PVV of a PIN. */
export function pvv(pvk: string, pan: string, pvki: string, pin: string): string {
  const tsp = pan.slice(0, -1).slice(-11) + pvki + pin.slice(0, 4);
  const cryptogram = tdes(pvk).encrypt(tsp);
  const letters = cryptogram.replace(/\d/g, "").replace(/[A-F]/g, (letter) => String("ABCDEF".indexOf(letter)));
  return (cryptogram.replace(/[A-F]/g, "") + letters).slice(0, 4);
}

/** 16 hex digits of validation data. */
export function validationData(pan: string, start: number, length: number, pad: string): string {
  return pan.slice(start, start + length).padEnd(16, pad.toUpperCase());
}

/** The natural PIN of IBM 3624. */
export function naturalPin(pvk: string, table: string, data: string, length: number): string {
  const decimals = [...tdes(pvk).encrypt(data)].map((nibble) => table.charAt(Number.parseInt(nibble, 16)));
  return decimals.slice(0, length).join("");
}

function digitwise(left: string, right: string, sign: 1 | -1): string {
  return [...left].map((digit, index) => (Number(digit) + sign * Number(right.charAt(index)) + 10) % 10).join("");
}

/** The offset that leads from the natural PIN to a chosen one. */
export function offsetFor(natural: string, pin: string): string {
  return digitwise(pin, natural, -1);
}

/** The PIN that an offset leads to. */
export function pinFor(natural: string, offset: string): string {
  return digitwise(natural, offset, 1);
}
