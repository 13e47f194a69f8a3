import type { DukptType } from "../../dukpt/index.js";

/** The counter's width in bits, and how many one-bits a valid one has at most (X9.24-1:2009, A.1; X9.24-3:2017, 6.3). */
const TDES_COUNTER = { bits: 21, maxOnes: 10 } as const;
const AES_COUNTER = { bits: 32, maxOnes: 16 } as const;

/** How a transaction counter is counted. */
export interface CounterRule {
  readonly bits: number;
  readonly maxOnes: number;
}

/**
 * How many transactions a device has left: the valid counters above `counter`. Over a whole life, from counter 0, that is 1,048,575
 * under TDES and 2,448,023,842 under AES.
 * @param type the BDK's type @param counter the last one seen; 0 for a new device
 */
export function transactionsLeft(type: DukptType, counter: number): number {
  return countValidAbove(type === "TDES_2KEY" ? TDES_COUNTER : AES_COUNTER, counter);
}

/**
 * Counts the numbers above `counter` of at most `bits` bits, `maxOnes` of them ones. Each such number shares the counter's upper bits down
 * to a place where the counter has a zero and it has a one; what is below that place is free.
 * @throws RangeError when the counter is not a number of `bits` bits
 */
export function countValidAbove({ bits, maxOnes }: CounterRule, counter: number): number {
  if (!Number.isInteger(counter) || counter < 0 || counter >= 2 ** bits) throw new RangeError("no transaction counter");
  let onesAbove = 0;
  let count = 0;
  for (let place = bits - 1; place >= 0; place--) {
    if (((counter >>> place) & 1) === 1) onesAbove++;
    else count += countWithAtMost(place, maxOnes - onesAbove - 1);
  }
  return count;
}

/** How many numbers of `bits` bits have at most `maxOnes` ones: the sum of the binomial coefficients. */
function countWithAtMost(bits: number, maxOnes: number): number {
  let binomial = 1;
  let sum = 0;
  for (let ones = 0; ones <= Math.min(maxOnes, bits); ones++) {
    sum += binomial;
    binomial = (binomial * (bits - ones)) / (ones + 1);
  }
  return sum;
}
