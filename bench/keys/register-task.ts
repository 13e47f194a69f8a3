import type { TokenPlace } from "../stage/setup.js";

/** A register to verify, and the lanes to verify it with. */
export interface RegisterSetup extends TokenPlace {
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  readonly register: string;
  /** How many it holds. */
  readonly keys: number;
  readonly lanes: number;
}

/** What is verified of it: journal, rows and head, or the seals of its keys. */
export type RegisterTask = "rows" | "seals";
