import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { Alarms } from "../../service/alarms/index.js";
import {
  type MetricsServer,
  type MetricsSnapshot,
  renderMetrics,
  ServiceMetrics,
  startMetricsServer,
} from "../../service/metrics/index.js";
import type { MetricsSettings, ServerConfig } from "../config/index.js";
import { readVersion } from "../version.js";

/** What the parts of the service count in and report to. */
export interface Observation {
  readonly metrics: ServiceMetrics;
  readonly alarms: Alarms;
}

/** Counts whether or not it is served: what counts needs not know. */
export function observe(logger: Logger, { metrics: settings }: Pick<ServerConfig, "metrics">): Observation {
  const metrics = new ServiceMetrics(readVersion());
  if (settings !== undefined) metrics.collectProcess();
  return { metrics, alarms: new Alarms(logger, metrics) };
}

/**
 * Opens the listener for metrics, if the configuration has one.
 * @param read what each process of the service has counted
 * @throws ServerStartError
 */
export async function serveMetrics(
  { metrics: settings }: Pick<ServerConfig, "metrics">,
  read: () => Promise<readonly MetricsSnapshot[]>,
): Promise<MetricsServer | undefined> {
  if (settings === undefined) return undefined;
  return startMetricsServer({
    listen: settings.listen,
    ...(settings.tls && { tls: readCredentials(settings.tls) }),
    text: async () => renderMetrics(await read()),
  });
}

function readCredentials({ certificate, privateKey, clientAuthorities }: NonNullable<MetricsSettings["tls"]>) {
  return {
    certificate: readFileSync(certificate),
    privateKey: readFileSync(privateKey),
    clientAuthorities: readFileSync(clientAuthorities),
  };
}
