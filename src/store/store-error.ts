/**
 * Why a file of the store is refused when it is opened: the register, the ledger, the budgets or their secret.
 * - REGISTER_NOT_OWN: the file is another application's database, another of pinmac's, or none
 * - REGISTER_TOO_NEW: a later version of pinmac wrote it
 * - REGISTER_PERMISSIONS: others than its owner may read or write it
 * - REGISTER_NOT_SEALED: the register has keys and no journal: it was written before there was one, or the journal was removed
 * - REGISTER_IN_USE: somebody else has it open, as the service
 */
export type StoreErrorCode =
  | "REGISTER_NOT_OWN"
  | "REGISTER_TOO_NEW"
  | "REGISTER_PERMISSIONS"
  | "REGISTER_NOT_SEALED"
  | "REGISTER_IN_USE";

const MESSAGES = {
  REGISTER_NOT_OWN: "The file is not the database of pinmac that belongs here.",
  REGISTER_TOO_NEW: "The database was written by a later version of pinmac.",
  REGISTER_PERMISSIONS: "The file must be accessible to its owner only (mode 0600).",
  REGISTER_NOT_SEALED: "The register has keys and no journal that vouches for them: see `pinmac register seal`.",
  REGISTER_IN_USE: "The register is in use: stop the service first.",
} as const satisfies Record<StoreErrorCode, string>;

/** A file of the store cannot be opened. For the operator at start-up; never a caller's error. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, cause?: unknown) {
    super(MESSAGES[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
