/**
 * The tamper-evident log of calls: append-only segments, a hash chain over all records, checkpoints signed by the audit key.
 * The service and the ceremonies append to it, the CLI verifies and reads it; it knows no call, no key and no token.
 * What may be written is decided in one place, `write-entry.ts`.
 */
export type { AppendFile, AuditDisk } from "./audit-disk.js";
export type { AuditEntry, AuditedKey, AuditOutcome, DigestPurpose } from "./audit-entry.js";
export { DIGEST_PURPOSES } from "./audit-entry.js";
export type { AuditLog } from "./audit-log.js";
export { AuditLogError, type AuditLogErrorCode } from "./audit-log-error.js";
export type { AuditLogOptions } from "./audit-log-options.js";
export type { ServiceStart } from "./audit-record.js";
export { AuditPublicKey, type CheckpointSigner } from "./checkpoint-signer.js";
export { followRecords, type LogPlace } from "./follow-records.js";
export { frontLogName, listLogs } from "./front-logs.js";
export { type LogRecord, mergeByTime } from "./merge-records.js";
export { KEY_FILE, openAuditLog } from "./open-audit-log.js";
export type { ChainHead, ReadRecord } from "./parse-record.js";
export { type LineRecord, lastRecords, readRecords } from "./read-records.js";
export { lastRegisterNote, type RegisterNote } from "./register-note.js";
export { listSegments, type SegmentFile } from "./segment-files.js";
export type { AuditFault, AuditReport, AuditVerdict, FaultCode } from "./verdict.js";
export { type VerifyOptions, verifyAudit } from "./verify-audit.js";
