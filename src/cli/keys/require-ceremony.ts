import type { ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";

/**
 * In production nobody makes, brings in or gives out a key alone: it is a ceremony's (PCI PIN 6, 12).
 * @param ceremony the kind of plan that does it
 * @throws ConfigurationError in production
 */
export function requireCeremony({ file, environment }: ServerConfig, ceremony: string): void {
  if (environment !== "production") return;
  throw new ConfigurationError(
    `${file}: environment: in production this is done by a ceremony: a plan of kind ${ceremony}, and \`pinmac ceremony run\`.`,
  );
}
