/** XORs `from` onto `target` in place, as far as `target` reaches, starting at `offset` of `from`. */
export function xorInto(target: Buffer, from: Buffer, offset = 0): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] ?? 0) ^ (from[offset + index] ?? 0);
  }
}
