/**
 * The journal of the register: every change in a chain of hashes whose end the token seals, written in the transaction of the change.
 * The register writes through it and nobody else does; it knows rows by their address and digest, never their content.
 */
export { existingRows } from "./existing-rows.js";
export type { JournalChange, Subject, SubjectKind } from "./journal-entry.js";
export type { SealedRegisterHead } from "./journal-table.js";
export { type ChangeEffect, type HeadSealer, JournalWriter, type RegisterChange } from "./journal-writer.js";
export {
  describeFault,
  isJournalSound,
  JOURNAL_FAULTS,
  type JournalFault,
  RECORD_FAULTS,
  type RecordFault,
  type RegisterAnchor,
  type RegisterFault,
  type RegisterVerdict,
} from "./register-verdict.js";
export {
  destroyedKeyNoted,
  initialKeyNoted,
  initialKeyReleased,
  initialKeySubjectName,
  keyChange,
  keyDestroyed,
  keyDigestNoted,
  keyKept,
  keyStateChange,
  keySubjectName,
} from "./subjects.js";
export { type VerifyRegisterOptions, verifyRegister } from "./verify-register.js";
