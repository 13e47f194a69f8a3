/**
 * The engine over child processes: each lane owns one logged-in token, and nothing but frames goes in and out of it.
 * `startLanes` is for the server; lane-main.ts is the program of a lane and is started, never imported.
 * Nothing that is exported here loads the PKCS#11 module.
 */
export type { LaneEngine, LaneEngineState } from "./lane-engine.js";
export { LANE_FAILURES, type LaneFailure, type LaneFailureCode, LaneStartError } from "./lane-failure.js";
export { DEFAULT_LANE_LIMITS, type LaneLimits, type LanesOptions } from "./lane-options.js";
export { startLanes } from "./start-lanes.js";
