/** Arithmetic on hex text: the reference's only data type. Upper case throughout. */

/** Left-padded to `digits` hex digits. */
export function toHex(value: bigint, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

/** XOR of two texts of one length. */
export function xorHex(left: string, right: string): string {
  if (left.length !== right.length) throw new Error("xor of different lengths");
  return left === "" ? "" : toHex(BigInt(`0x${left}`) ^ BigInt(`0x${right}`), left.length);
}

/** The text in pieces of `size` digits; the last may be shorter. */
export function chunk(text: string, size: number): string[] {
  return text.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
}
