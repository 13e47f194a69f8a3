import { Refusal } from "../../base/index.js";
import { digitsOf } from "./digits.js";

const TABLE_PATTERN = /^[0-9]{16}$/;
/** The rule that a refused table breaks, as the refusal names it. */
export const DECIMALIZATION_TABLE_RULE = "decimalisation table: at least 8 distinct digits, none more than 4 times";

const MIN_DISTINCT_DIGITS = 8;
const MAX_OCCURRENCES = 4;

/** Whether a table is too uneven to hide a PIN: with few digits, or one that dominates, a handful of verifications gives it away. */
function isUneven(digits: Buffer): boolean {
  const occurrences = new Map<number, number>();
  for (const digit of digits) occurrences.set(digit, (occurrences.get(digit) ?? 0) + 1);
  return occurrences.size < MIN_DISTINCT_DIGITS || Math.max(...occurrences.values()) > MAX_OCCURRENCES;
}

/**
 * Which decimal digit each hexadecimal one becomes in the IBM 3624 method.
 *
 * A parameter of the PIN verification key, fixed with it under dual control and never part of a request: with tables of their choice
 * a caller learns a PIN in about 15 verifications (Bond and Zieliński, UCAM-CL-TR-560). Tables that would help even when they are fixed
 * are refused: at least 8 distinct digits, none more than 4 times.
 */
export class DecimalizationTable {
  readonly #digits: Buffer;

  private constructor(digits: Buffer) {
    this.#digits = digits;
  }

  /**
   * @param text 16 decimal digits, for 0 to F
   * @throws Refusal KEY_MATERIAL_INVALID
   */
  static parse(text: string, field = "decimalization_table"): DecimalizationTable {
    if (!TABLE_PATTERN.test(text)) throw new Refusal("KEY_MATERIAL_INVALID", { field });
    const digits = digitsOf(text);
    if (isUneven(digits)) throw new Refusal("KEY_MATERIAL_INVALID", { field, requirement: DECIMALIZATION_TABLE_RULE });
    return new DecimalizationTable(digits);
  }

  /** The decimal digit of a nibble, 0 to 15. */
  digitFor(nibble: number): number {
    const digit = this.#digits[nibble];
    if (digit === undefined) throw new RangeError("not a nibble");
    return digit;
  }

  /** The 16 digits as they are written down. */
  toString(): string {
    return this.#digits.reduce((text, digit) => text + digit.toString(10), "");
  }
}
