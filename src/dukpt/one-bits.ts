/** How many one-bits a number of up to 32 bits has: each costs the receiver of a KSN one derivation step. */
export function countOneBits(value: number): number {
  let ones = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}
