import { quantile, type Row, rowOfPooled } from "../figures/index.js";
import { SHED_MS } from "../load/open-loop.js";

/** The latencies of one round and of its baseline, in milliseconds. */
export interface LatencyPair {
  readonly own: readonly number[];
  readonly echo: readonly number[];
}

const QUANTILES = [
  ["p50", 0.5],
  ["p99", 0.99],
  ["p999", 0.999],
] as const;

/** A row for each quantile, of the latencies of all rounds together; the spread is that of the single rounds. */
export function latencyRows(name: string, baselineName: string, pairs: readonly LatencyPair[]): readonly Row[] {
  const own = sort(pairs.flatMap((pair) => pair.own));
  const echo = sort(pairs.flatMap((pair) => pair.echo));
  return QUANTILES.map(([suffix, share]) => {
    const ratios = pairs.map((pair) => quantile(sort(pair.own), share) / quantile(sort(pair.echo), share));
    return rowOfPooled({
      name: `${name}_${suffix}`,
      unit: "ms",
      value: quantile(own, share),
      baseline: quantile(echo, share),
      baselineName,
      ratios,
      details: {
        requests: own.length,
        "requests refused": own.filter((latency) => latency >= SHED_MS).length,
        "worst ms": own.at(-1) ?? Number.NaN,
      },
    });
  });
}

function sort(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}
