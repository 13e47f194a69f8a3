import { formatListenAddress, type ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { print } from "../output/index.js";
import { describeService } from "./describe-service.js";
import { findStartProblems } from "./find-problems.js";
import { superviseFronts } from "./fronts/index.js";
import { serveMetrics } from "./observation.js";
import { runFront } from "./run-front.js";
import { currentConditions } from "./start-conditions.js";
import { stopSignal } from "./stop-signal.js";

/** What the command line adds to the configuration. */
export interface ServeOptions {
  readonly allowInsecureDevelopment: boolean;
}

/**
 * Serves until SIGINT or SIGTERM, then drains: in this process, or in as many fronts as the configuration says.
 * @returns the exit code
 * @throws ConfigurationError with every reason not to start; VerificationFailed of the register; LaneStartError; StoreError; ServerStartError
 */
export async function serve(config: ServerConfig, options: ServeOptions): Promise<ExitCode> {
  const problems = findStartProblems(config, currentConditions(options.allowInsecureDevelopment));
  if (problems.length > 0) throw new ConfigurationError(...problems);
  // From here on a signal ends the start too, in order.
  const stopped = stopSignal();
  if (config.fronts > 1) return superviseFronts(config, stopped);
  await runFront(config, {
    stopped,
    opening: ({ metrics }) => serveMetrics(config, async () => [await metrics.read()]),
    serving: ({ address, lanesReady }) => print(describeService(config, formatListenAddress(address), lanesReady)),
  });
  return EXIT.DONE;
}
