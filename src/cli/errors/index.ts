/**
 * The errors that the commands end with, and the one place that makes a message and an exit code of any error.
 * Commands throw them; only `main.ts` calls `reportFailure`.
 */
export { Aborted } from "./aborted.js";
export { ConfigurationError } from "./configuration-error.js";
export { reportFailure } from "./report-failure.js";
export { VerificationFailed } from "./verification-failed.js";
