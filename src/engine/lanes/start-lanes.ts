import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { type LaneEngine, SupervisedLanes } from "./lane-engine.js";
import { DEFAULT_LANE_LIMITS, type LanesOptions } from "./lane-options.js";

/**
 * Starts the lanes and resolves when every one is ready.
 *
 * A lane that ends later is replaced, with pauses that grow to a few seconds while it keeps failing; meanwhile its commands are
 * refused TOKEN_UNAVAILABLE or done by the others. A refused PIN is never presented a second time: no lane is started after it.
 * @throws LaneStartError with the first lane's reason; RangeError, TypeError for options that no profile gives
 */
export async function startLanes(options: LanesOptions): Promise<LaneEngine> {
  if (!Number.isInteger(options.lanes) || options.lanes < 1)
    throw new RangeError("The number of lanes is not a positive integer.");
  if (!isAbsolute(options.modulePath) || !isAbsolute(options.pinFile)) throw new TypeError("The lanes want absolute paths.");
  const settings = {
    entry: options.laneEntry ?? fileURLToPath(new URL("./lane-main.js", import.meta.url)),
    environment: options.moduleEnvironment,
    limits: { ...DEFAULT_LANE_LIMITS, ...options.limits },
    queued: options.queued,
    loginTurn: options.loginTurn,
  };
  const lanes = new SupervisedLanes(options.lanes, settings, {
    modulePath: options.modulePath,
    tokenLabel: options.tokenLabel,
    tokenSerial: options.tokenSerial ?? "",
    pinFile: options.pinFile,
    environment: options.environment,
    keyCacheSize: options.keyCacheSize,
  });
  await lanes.open();
  return lanes;
}
