import type { EngineCommand, EngineOutcome } from "../commands/command.js";

/** A command that waits for its outcome. `settle` is called exactly once. */
export interface Job {
  readonly command: EngineCommand;
  /** Whether somebody still waits for the outcome; not given: always. */
  readonly isWanted?: () => boolean;
  /** When it came, by `performance.now()`. */
  readonly cameAt: number;
  settle(outcome: EngineOutcome): void;
}

/** The outcome of a command whose lane is gone: it may or may not have been done, and nobody will know. */
export const TOKEN_UNAVAILABLE: EngineOutcome = { kind: "refused", reason: "TOKEN_UNAVAILABLE" };

/** The outcome of a command for which nobody waited any more when its turn came. It never reached a lane. */
export const NOT_WANTED: EngineOutcome = { kind: "refused", reason: "DEADLINE_EXCEEDED" };
