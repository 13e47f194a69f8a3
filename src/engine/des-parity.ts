function isOdd(byte: number): boolean {
  let ones = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) ones++;
  return ones % 2 === 1;
}

/** Sets the last bit of each byte so that the byte has an odd number of one-bits (FIPS 46-3), in place. */
export function setOddParity(key: Buffer): void {
  for (let index = 0; index < key.length; index++) {
    const byte = key[index] ?? 0;
    if (!isOdd(byte)) key[index] = byte ^ 1;
  }
}
