import { type Curve, quantile } from "../figures/index.js";

/** From half of all requests to one in ten thousand, evenly on a scale of "one in so many". */
const SHARES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999];

/** As far as there are ten requests beyond a share: what fewer say is chance. */
const BEYOND = 10;

/** The quantiles of latencies in milliseconds. */
export function curveOf(name: string, latencies: readonly number[]): Curve {
  const sorted = latencies.toSorted((a, b) => a - b);
  const shares = SHARES.filter((share) => (1 - share) * sorted.length >= BEYOND - 1e-6);
  return { name, points: shares.map((share) => [share, quantile(sorted, share)] as const) };
}
