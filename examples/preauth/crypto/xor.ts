/** The exclusive or of two byte strings of the same length. */
export function xor(a: Buffer, b: Buffer): Buffer {
  if (a.length !== b.length) throw new RangeError("Only strings of one length can be combined.");
  const result = Buffer.alloc(a.length);
  for (const [index, byte] of a.entries()) result[index] = byte ^ (b[index] ?? 0);
  return result;
}
