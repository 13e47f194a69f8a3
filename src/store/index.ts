/**
 * What pinmac keeps on disk: the register of sealed keys, and which devices got their initial key. It holds no clear key and cannot open one.
 * The service and the ceremonies may use it; it knows the sealed key's frame and nothing above it.
 * SQLite in one file: the server reads while the CLI writes.
 */

export { compareRegisters, type RegisterLoss } from "./compare-registers.js";
export type { KeyVersion } from "./digest-table.js";
export type { CommitObserver } from "./group-commit.js";
export {
  describeFault,
  type HeadSealer,
  isJournalSound,
  keySubjectName,
  type RecordFault,
  type RegisterAnchor,
  type RegisterFault,
  type RegisterVerdict,
  type SealedRegisterHead,
  verifyRegister,
} from "./journal/index.js";
export type { InitialKeyEntry, InitialKeyLedger, KeyPage, KeyRecord, KeyRegister } from "./key-register.js";
export { KeyUsageFile, type LastUses, readLastUses } from "./key-usage.js";
export { copyRegister, settleRegister, syncFolderOf, syncPath } from "./register-copy.js";
export { type SealedKeyRow, sealedKeyPages } from "./sealed-key-pages.js";
export { openSqliteRegister } from "./sqlite-register.js";
export type { KeyStateRecord, NewKeyState, StoredKeyState } from "./state-table.js";
export { StoreError, type StoreErrorCode } from "./store-error.js";
export type { TakeOver } from "./take-over.js";
