/**
 * The life of a key: its states, the changes that two officers sign, the records of them, and what each state permits.
 * The service asks before each use, the CLI and the ceremonies change states; it knows no key material and no token.
 */
export { type ApprovedChange, acceptChange, draftChange, type StateDraft } from "./draft-change.js";
export {
  applyChange,
  DEFAULT_WAITING_DAYS,
  isSuspendable,
  KEY_CHANGES,
  type KeyChange,
  type KeyChangeKind,
  MAX_DAYS,
  MIN_WAITING_DAYS,
  SUSPENSION_REASONS,
  type SuspensionReason,
} from "./key-change.js";
export { type KeyFilter, passesFilter } from "./key-filter.js";
export { KeyLives, type LifeFault, type RecordedLife } from "./key-lives.js";
export { KEY_STATES, type KeyLife, type KeyState, lifeWithoutRecords } from "./key-state.js";
export { keysUnder } from "./keys-under.js";
export { LIFECYCLE_ERRORS, LifecycleError, type LifecycleErrorCode } from "./lifecycle-error.js";
export { isChangeMade } from "./made-change.js";
export { isInOverlap, isUsePermitted, type KeyUse } from "./permitted-use.js";
export { RegisteredLives, type RegisteredLivesOptions } from "./registered-lives.js";
export { type RegistrableRecord, registrableRecord } from "./registrable-record.js";
export { MAX_APPROVALS, type StateRecord } from "./state-record.js";
export {
  hashStateStatement,
  NO_RECORD,
  readStateStatement,
  type StateStatement,
  writeStateStatement,
} from "./state-statement.js";
