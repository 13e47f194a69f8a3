import type { TokenPlace } from "../stage/setup.js";

/** What the engine's worker is told: the token, and two sealed keys in base 64. */
export interface EngineSetup extends TokenPlace {
  readonly source: string;
  readonly target: string;
}
