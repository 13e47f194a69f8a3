const CURRENCY_NAMES: Readonly<Record<string, string>> = { "156": "CNY", "978": "EUR" };

/** An amount in minor units and its currency by ISO 4217 number. */
export interface Money {
  readonly minorUnits: number;
  readonly currency: string;
}

/** Field 4: twelve digits in minor units. */
export function formatAmount({ minorUnits }: Money): string {
  return String(minorUnits).padStart(12, "0");
}

/** For people: `200.00 EUR`. */
export function describeMoney(amount: string, currency: string): string {
  return `${(Number(amount) / 100).toFixed(2)} ${CURRENCY_NAMES[currency] ?? currency}`;
}
