/**
 * What the service counts, and how it is told: `ServiceMetrics` is counted into, `startMetricsServer` serves it on a port of its own.
 * Made by the CLI; the parts of the service get only what they count. No default registry of prom-client is used.
 */
export { lastingOf, METRICS_CONTENT_TYPE, type MetricsSnapshot, renderMetrics, sumOf } from "./exposition.js";
export { type MetricsServer, type MetricsServerOptions, startMetricsServer } from "./metrics-server.js";
export { ServiceMetrics } from "./service-metrics.js";
