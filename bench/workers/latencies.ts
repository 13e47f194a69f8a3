import type { RoundResult } from "./serve-worker.js";

/** @param milliseconds of single operations @returns microseconds */
export function summarizeLatencies(milliseconds: readonly number[]): NonNullable<RoundResult["latency"]> {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5) * 1_000, p99: percentile(sorted, 0.99) * 1_000 };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
