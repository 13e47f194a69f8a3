/** Why an audit log cannot be opened or read. */
export type AuditLogErrorCode = "IN_USE" | "UNREADABLE" | "DAMAGED" | "KEY_CHANGED" | "KEY_INVALID";

/** The audit log of a directory cannot be used. The message is a sentence for the operator. */
export class AuditLogError extends Error {
  override readonly name = "AuditLogError";
  readonly code: AuditLogErrorCode;

  constructor(code: AuditLogErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
