/** DES takes no notice of the lowest bit of each key byte. */
export const DES_KEY_BITS = 0xfe;
/** Every bit counts. */
export const ALL_KEY_BITS = 0xff;

/** Whether two keys are the same in the bits of `mask`. Looks at every byte, whatever it finds. */
export function isSameKey(left: Buffer, right: Buffer, mask: number): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) {
    difference |= ((left[index] ?? 0) ^ (right[index] ?? 0)) & mask;
  }
  return difference === 0;
}
