import { DirectoryFault } from "../../officers/directory/directory-fault.js";
import type { OfficerError, OfficerErrorCode } from "../../officers/officer-error.js";
import { EXIT, type ExitCode } from "../exit-codes.js";

/** Files that are not as they must be. Every other code is a refusal. */
const ABOUT_FILES: ReadonlySet<OfficerErrorCode> = new Set([
  "CARD_INVALID",
  "STATEMENT_INVALID",
  "KEY_FILE_EXISTS",
  "KEY_FILE_UNREADABLE",
  "KEY_FILE_UNWRITABLE",
  "KEY_FILE_EXPOSED",
  "DIRECTORY_UNREADABLE",
  "DIRECTORY_UNWRITABLE",
  "DIRECTORY_BUSY",
]);

/** In words, with the entry of a directory that does not hold. */
export function describeOfficerError(error: OfficerError): string {
  return error instanceof DirectoryFault ? error.describe() : error.message;
}

/** A directory that does not hold failed its verification. */
export function exitOfOfficerError(error: OfficerError): ExitCode {
  if (error instanceof DirectoryFault) return EXIT.VERIFICATION;
  return ABOUT_FILES.has(error.code) ? EXIT.CONFIGURATION : EXIT.REFUSED;
}
