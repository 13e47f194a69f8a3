/**
 * The leftmost `length` bytes of a MAC, in a buffer of their own; the rest, which is as secret as the key wants it, is wiped.
 * @throws RangeError when the MAC is shorter: a defect, since key headers are checked
 */
export function truncateMac(mac: Buffer, length: number): Buffer {
  if (length > mac.length) throw new RangeError("A MAC cannot be lengthened.");
  const truncated = Buffer.alloc(length);
  mac.copy(truncated, 0, 0, length);
  mac.fill(0);
  return truncated;
}
