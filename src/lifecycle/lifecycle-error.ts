/** Why a change of a key's state is refused, or a record of one does not hold: the closed list, with constant texts. */
export const LIFECYCLE_ERRORS = {
  CHANGE_NOT_ALLOWED: "The key's state does not allow this change.",
  CLOCK_WENT_BACK: "The change is older than the one before it, or later than now: compare the clocks.",
  KEY_COMPROMISED: "The key was reported compromised: it does not become active again.",
  WAITING_TIME: "The key's waiting time is not over: until then it can be restored.",
  DAYS_INVALID: "The waiting time is 1 to 3,650 days, the overlap 0 to 3,650, and only an active key has an overlap.",
  STATEMENT_INVALID: "The statement is not one about a key's state, in the one form that is signed.",
  STATEMENT_FOREIGN: "The statement is about another key.",
  STATEMENT_STALE: "The statement does not follow the key's last state, or the officers' directory has changed since.",
  APPROVALS_INVALID: "The statement is not approved by two active key managers.",
} as const;
export type LifecycleErrorCode = keyof typeof LIFECYCLE_ERRORS;

/** A change of a key's state is refused. The message is constant; the cause is for the operator. */
export class LifecycleError extends Error {
  override readonly name = "LifecycleError";
  readonly code: LifecycleErrorCode;

  constructor(code: LifecycleErrorCode, cause?: unknown) {
    super(LIFECYCLE_ERRORS[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
