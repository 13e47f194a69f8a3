import type { EngineCommand, EngineOutcome } from "./commands/command.js";

/**
 * The one port to the token: commands in, outcomes out, in the same order.
 *
 * Two implementations: in this process (CLI, tests) and lanes (server). A command that is refused is an outcome, and one
 * refused command says nothing about the others. `execute` itself rejects only for defects.
 */
export interface Engine {
  /**
   * @param isWanted asked before a command that had to wait is begun: one that nobody wants any more is refused DEADLINE_EXCEEDED and
   * costs the token nothing
   */
  execute(commands: readonly EngineCommand[], isWanted?: () => boolean): Promise<readonly EngineOutcome[]>;
  /** Finishes what is in flight, then lets go of the token. */
  close(): Promise<void>;
}
