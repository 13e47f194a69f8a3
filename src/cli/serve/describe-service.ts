import type { ServerConfig } from "../config/index.js";

/** The line that says where the service serves, and how. @param lanes of one front */
export function describeService(config: ServerConfig, address: string, lanes: number): string {
  const transport = config.tls === undefined ? "no TLS" : "mutual TLS";
  const each = config.fronts === 1 ? "" : `${config.fronts} fronts with `;
  const processes = `${each}${lanes} ${lanes === 1 ? "lane" : "lanes"}${config.fronts === 1 ? "" : " each"}`;
  return `pinmac serves on ${address} (${transport}, ${config.environment} keys, ${processes} on token ${config.hsm.tokenLabel}); Ctrl-C ends it.`;
}
