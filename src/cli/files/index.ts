/**
 * Public files that a command is given: read whole, and named when they cannot be read. Secrets are read by `secrets`.
 * The commands and what they are made of call it.
 */
export { auditKeyFileBeside, readAuditKeyFile } from "./audit-key-file.js";
export { readGivenFile } from "./given-file.js";
