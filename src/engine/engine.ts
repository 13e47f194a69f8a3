import type { EngineCommand, EngineOutcome } from "./commands/command.js";

/**
 * The one port to the token: commands in, outcomes out, in the same order.
 *
 * Two implementations: in this process (CLI, tests) and lanes (server). A command that is refused is an outcome, and one
 * refused command says nothing about the others. `execute` itself rejects only for defects.
 */
export interface Engine {
  execute(commands: readonly EngineCommand[]): Promise<readonly EngineOutcome[]>;
  /** Finishes what is in flight, then lets go of the token. */
  close(): Promise<void>;
}
