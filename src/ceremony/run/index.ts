/**
 * The running of a ceremony: step by step, each by its officer, and all or nothing. What a kind of ceremony does in its steps is in `kinds`.
 * The CLI gives it the site: terminal, token, register, files.
 */
export { CeremonyAborted, type CeremonyStop } from "./ceremony-aborted.js";
export { CEREMONY_REFUSALS, type CeremonyRefusal, CeremonyRefused } from "./ceremony-refused.js";
export type { CeremonySite, FoundingToken } from "./ceremony-site.js";
export type { CeremonyWork, StepDesk } from "./ceremony-work.js";
export { type CeremonyRun, runCeremony } from "./run-ceremony.js";
