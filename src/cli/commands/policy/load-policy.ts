import { PolicyError, type ReadPolicy, readPolicy } from "../../../policy/index.js";
import { ConfigurationError } from "../../errors/index.js";

/** @throws ConfigurationError with every problem of the file */
export function loadPolicy(file: string, now: number): ReadPolicy {
  try {
    return readPolicy(file, now);
  } catch (error) {
    if (error instanceof PolicyError) throw new ConfigurationError(...error.problems);
    throw error;
  }
}

/** Seconds since 1970. */
export function currentSecond(): number {
  return Math.floor(Date.now() / 1000);
}
