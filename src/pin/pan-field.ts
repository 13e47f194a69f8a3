import type { Pan } from "./pan.js";

const ASCII_ZERO = 0x30;

/** The digit at `index`, counted from the left; 0 left of the first digit and right of the last. */
function digitAt(pan: Pan, index: number): number {
  return index < 0 || index >= pan.length ? 0 : pan.charCodeAt(index) - ASCII_ZERO;
}

/**
 * XORs the PAN field of formats 0 and 3 onto an 8-byte block, in place (ISO 9564-1): four zero nibbles, then the 12 rightmost
 * digits of the PAN without its check digit. A PAN of 12 digits has 11 of them and gets a zero on the left.
 */
export function xorPanField8(block: Buffer, pan: Pan): void {
  const first = pan.length - 13;
  for (let pair = 0; pair < 6; pair++) {
    const index = first + 2 * pair;
    block[2 + pair] = (block[2 + pair] ?? 0) ^ ((digitAt(pan, index) << 4) | digitAt(pan, index + 1));
  }
}

/**
 * XORs the PAN field of format 4 onto a 16-byte block, in place (ISO 9564-1): a nibble with the number of digits beyond 12, then the
 * whole PAN with its check digit, then zeros.
 */
export function xorPanField16(block: Buffer, pan: Pan): void {
  block[0] = (block[0] ?? 0) ^ (((pan.length - 12) << 4) | digitAt(pan, 0));
  for (let byte = 1; byte < 16; byte++) {
    block[byte] = (block[byte] ?? 0) ^ ((digitAt(pan, 2 * byte - 1) << 4) | digitAt(pan, 2 * byte));
  }
}
