import type { Logger } from "pino";
import type { LaneEngine, LaneEngineState } from "../../engine/lanes/index.js";
import type { Alarms } from "../../service/alarms/index.js";

/** Says in the log how the lanes are doing, and raises the alarms about them. @returns what ends it: lanes that are told to end are no news */
export function watchLanes(engine: LaneEngine, logger: Logger, alarms: Alarms): () => void {
  let before = engine.state;
  return engine.onStateChange((state) => {
    if (state.lanesReady === state.lanes) logger.info(state, "lanes ready");
    else logger.warn(state, "lanes lost");
    if (state.lanesReady === 0 && before.lanesReady > 0) alarms.raise("LANES_LOST");
    if (failsSelfTest(state) && !failsSelfTest(before)) alarms.raise("SELF_TEST_FAILED");
    before = state;
  });
}

function failsSelfTest({ failure }: LaneEngineState): boolean {
  return failure?.code === "SELF_TEST_FAILED";
}
