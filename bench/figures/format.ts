/** Thousands apart; one decimal below 100, two below 10. */
export function formatNumber(value: number): string {
  const maximumFractionDigits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString("en-US", { maximumFractionDigits });
}

/** Two decimals. */
export function formatRatio(value: number): string {
  return value.toFixed(2);
}
