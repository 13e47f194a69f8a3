import type { Logger } from "pino";
import { PolicyError, PolicyFile } from "../../policy/index.js";
import type { ServiceMetrics } from "../../service/metrics/index.js";
import type { ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";

/** Reads the policy of a configuration, if it has one. @throws ConfigurationError with everything that is wrong in it */
export function openPolicy({ policy }: Pick<ServerConfig, "policy">): PolicyFile | undefined {
  if (policy === undefined) return undefined;
  try {
    return new PolicyFile(policy);
  } catch (error) {
    if (error instanceof PolicyError) throw new ConfigurationError(...error.problems);
    throw error;
  }
}

/** Reads the policy again at every SIGHUP. A file that is not taken is said in the log, and the policy before it stays in force. */
export function reloadOnHangup(
  policy: PolicyFile,
  logger: Logger,
  { policyReloads }: Pick<ServiceMetrics, "policyReloads">,
): void {
  process.on("SIGHUP", () => {
    const outcome = policy.reload();
    policyReloads.get(outcome.loaded ? "loaded" : "refused")?.add();
    if (outcome.loaded) logger.info({ warnings: outcome.warnings }, "policy reloaded");
    else logger.error({ problems: outcome.problems }, "policy not reloaded: the one before stays in force");
  });
}
