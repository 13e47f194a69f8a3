import { z } from "zod";
import { ADDRESS_SCHEMA } from "./address-schema.js";
import { formatListenAddress, isLoopback, type ListenAddress } from "./listen-address.js";
import { resolveTls, TLS_SCHEMA, type TlsFiles } from "./tls-files.js";

/** How the listener for metrics stands in a server's configuration. */
export const METRICS_SCHEMA = z.strictObject({ listen: ADDRESS_SCHEMA, tls: TLS_SCHEMA.optional() });

/** Where metrics are served, and to whom. */
export interface MetricsSettings {
  readonly listen: ListenAddress;
  /** Mutual TLS; without it only this machine may read. */
  readonly tls?: TlsFiles;
}

/** With its paths made absolute. */
export function resolveMetrics(
  file: string,
  metrics: z.output<typeof METRICS_SCHEMA> | undefined,
): { readonly metrics?: MetricsSettings } {
  if (metrics === undefined) return {};
  const { listen, tls } = metrics;
  return { metrics: { listen, ...(tls && { tls: resolveTls(file, tls) }) } };
}

/** Metrics tell how much is done, when, and what fails: plain text stays on this machine, in every environment. */
export function findMetricsProblems(file: string, metrics: MetricsSettings | undefined): string[] {
  if (metrics === undefined || metrics.tls !== undefined || isLoopback(metrics.listen)) return [];
  const address = formatListenAddress(metrics.listen);
  return [`${file}: metrics: ${address} can be reached by other machines; without metrics.tls only loopback is allowed.`];
}
