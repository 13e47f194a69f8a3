/**
 * The directory of officers: `officers.jsonl`, a chain of entries, each approved by two key managers and sealed by the token.
 * The CLI and the ceremonies change it; whoever checks an approval reads it. A file that does not hold is nobody's directory.
 */
export { type DirectoryChange, type Enrolment, REVOCATION_REASONS, type RevocationReason } from "./change.js";
export { DIRECTORY_FAULTS, DirectoryFault, type DirectoryFaultCode } from "./directory-fault.js";
export { appendToOfficerDirectory, parseOfficerDirectory, readOfficerDirectory } from "./directory-file.js";
export type { DirectoryDraft, DirectoryHead } from "./entry.js";
export { type AppendedEntry, OfficerDirectory } from "./officer-directory.js";
