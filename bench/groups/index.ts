/**
 * What is measured: one file for each group of rows, each with its own token, its own servers and its own baselines.
 */
import { dukpt } from "./dukpt.js";
import { engine } from "./engine.js";
import type { Group } from "./group.js";
import { keys } from "./keys.js";
import { lanes } from "./lanes.js";
import { latency } from "./latency.js";
import { recording } from "./recording.js";
import { register } from "./register.js";
import { slow } from "./slow.js";
import { stream } from "./stream.js";
import { unary } from "./unary.js";

export type { Group } from "./group.js";

/** All of them, in the order in which they are measured. */
export const GROUPS: readonly Group[] = [unary, stream, engine, dukpt, recording, lanes, slow, keys, register, latency];
