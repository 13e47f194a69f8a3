/** The largest multiple of 6 that a byte can count to: bytes from here on would favour some of the six values. */
const FAIR_LIMIT = 252;

/** Drawn at once; nearly always enough for the ten fill nibbles that a format 3 block takes at the most. */
const DRAW = 16;

/**
 * Fill for format 3 (ISO 9564-1): nibbles A to F, each equally likely.
 * @param randomBytes a cryptographic source
 * @returns one byte 0x0A to 0x0F for each nibble; the caller wipes it
 */
export function randomFillNibbles(count: number, randomBytes: (length: number) => Buffer): Buffer {
  const nibbles = Buffer.alloc(count);
  let filled = 0;
  while (filled < count) {
    const draw = randomBytes(DRAW);
    for (const byte of draw) {
      if (byte < FAIR_LIMIT && filled < count) nibbles[filled++] = 0x0a + (byte % 6);
    }
    draw.fill(0);
  }
  return nibbles;
}
