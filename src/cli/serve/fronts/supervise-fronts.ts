import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import { createServiceLogger } from "../../../service/index.js";
import { formatListenAddress, type ServerConfig } from "../../config/index.js";
import { EXIT, type ExitCode } from "../../exit-codes.js";
import { print } from "../../output/index.js";
import { describeService } from "../describe-service.js";
import { serveMetrics } from "../observation.js";
import { FrontStartFailed, Fronts } from "./fronts.js";

/**
 * Runs `config.fronts` fronts until `stopped` resolves, then has them drain.
 * @returns the exit code: of a front that did not start, else DONE
 * @throws ServerStartError of the metrics' port
 */
export async function superviseFronts(config: ServerConfig, stopped: Promise<string>): Promise<ExitCode> {
  cluster.setupPrimary({ exec: fileURLToPath(new URL("./front-main.js", import.meta.url)), args: [] });
  // Connections are few and long: each is given to the next front in turn, not to whichever wakes up first.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const logger = createServiceLogger(config.logLevel);
  const fronts = new Fronts(config, logger);
  // Also before there is a policy to read: the signal must not end the primary.
  process.on("SIGHUP", () => fronts.hangUp());
  try {
    const metrics = await serveMetrics(config, () => fronts.readMetrics());
    try {
      const address = await fronts.open();
      print(describeService(config, formatListenAddress(address), config.lanes));
      logger.info({ signal: await stopped }, "stopping");
    } finally {
      await metrics?.close();
    }
  } catch (error) {
    if (error instanceof FrontStartFailed) return error.exitCode;
    throw error;
  } finally {
    await fronts.close();
  }
  logger.info("stopped");
  return EXIT.DONE;
}
