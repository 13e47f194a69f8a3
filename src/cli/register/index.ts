/**
 * The key register as an operator looks after it: verifying it against the token and the audit log, and the copies that are kept of it.
 * The commands and the start of the service call it.
 */
export { noteOf, readAnchor } from "./anchor.js";
export { type BackupManifest, backUpRegister } from "./backup.js";
export { checkpointSigner } from "./checkpoint-signer.js";
export { examineRegister, examineRows, headCheck } from "./examine-register.js";
export { recordRestored } from "./record-restored.js";
export { type Restored, type Rollback, restoreRegister } from "./restore.js";
export { sweepSeals } from "./sweep-seals.js";
