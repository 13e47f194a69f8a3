/**
 * Why a register file is refused when it is opened.
 * - REGISTER_NOT_OWN: the file is another application's database, or none
 * - REGISTER_TOO_NEW: a later version of pinmac wrote it
 * - REGISTER_PERMISSIONS: others than its owner may read or write it
 */
export type StoreErrorCode = "REGISTER_NOT_OWN" | "REGISTER_TOO_NEW" | "REGISTER_PERMISSIONS";

const MESSAGES = {
  REGISTER_NOT_OWN: "The file is not a pinmac key register.",
  REGISTER_TOO_NEW: "The key register was written by a later version of pinmac.",
  REGISTER_PERMISSIONS: "The key register must be accessible to its owner only (mode 0600).",
} as const satisfies Record<StoreErrorCode, string>;

/** The register cannot be opened. For the operator at start-up; never a caller's error. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, cause?: unknown) {
    super(MESSAGES[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
