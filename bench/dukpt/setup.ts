import type { TokenPlace } from "../stage/setup.js";

/** What the worker is told: the token, and sealed keys in base 64 by the names in their headers. */
export interface DukptSetup extends TokenPlace {
  readonly sealedKeys: Readonly<Record<string, string>>;
}

/** One round. */
export interface DukptTask {
  readonly subject: string;
  /** Without the time in which the terminals encipher. */
  readonly seconds: number;
}

export const SOURCE_KEY_NAME = "bench/source";
export const TARGET_KEY_NAME = "bench/target";
