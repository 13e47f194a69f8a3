import type { Money } from "../parties/index.js";

/** EUR. */
export function euros(whole: number): Money {
  return { minorUnits: 100 * whole, currency: "978" };
}

/** CNY. */
export function yuan(whole: number): Money {
  return { minorUnits: 100 * whole, currency: "156" };
}
