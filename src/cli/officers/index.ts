/**
 * Officers at the terminal: opening their keys, having them approve, the files for signing elsewhere, changing and reading their directory.
 * The commands and ceremonies call it; loading it loads no PKCS#11 module.
 */
export { askNewPassphrase } from "./ask-new-passphrase.js";
export { type ChangeOptions, changeDirectory } from "./change-directory.js";
export { collectApprovals } from "./collect-approvals.js";
export { describeOfficer, fingerprintWords } from "./describe-officer.js";
export { openOfficer, openOfficerOnce } from "./open-officer.js";
export { readDirectoryWithKey } from "./read-directory.js";
export { readApprovalFile, readStatementFile, writeApprovalFile, writeStatementFile } from "./signing-files.js";
export { type MadeTokenKey, makeTokenKey, type TokenPlace } from "./token-signer.js";
