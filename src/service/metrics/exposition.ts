import { AggregatorRegistry, type Registry } from "prom-client";

/** What one process counted: plain data, which may be sent between processes. */
export type MetricsSnapshot = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/** The content type of `renderMetrics`. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * The metrics of one process, or of several as one, in the Prometheus text format. Counters and histograms are added up; gauges as each of
 * them says.
 */
export function renderMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  // prom-client's declaration says object for what it takes apart as a list of metrics.
  return AggregatorRegistry.aggregate(snapshots as unknown as object[]).metrics();
}

/** What is told of a process when it is gone; a gauge tells of now. */
const LASTING: ReadonlySet<string> = new Set(["counter", "histogram"]);

/** The counters and histograms of a process that is gone. */
export function lastingOf(snapshot: MetricsSnapshot): MetricsSnapshot {
  return snapshot.filter(({ type }) => LASTING.has(String(type)));
}

/** Several snapshots as one. */
export function sumOf(snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  return AggregatorRegistry.aggregate(snapshots as unknown as object[]).getMetricsAsJSON();
}
