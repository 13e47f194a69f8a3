import type { SecretBytes } from "../../base/index.js";
import type { FailureBudgets } from "../../store/budgets/index.js";
import type { KsnLedger } from "../../store/ledger/index.js";
import type { LedgerMode, LedgerModes } from "./ledger-modes.js";

/** Where KSNs are spent. */
export interface KsnBooking {
  readonly ledger: KsnLedger;
  /** 32 bytes, the same for every server of one ledger: it makes the digests by which a retry is known. */
  readonly secret: SecretBytes;
  readonly modes: LedgerModes;
  /** Told of every replay, refused or only detected. @param bdkId the UUID of the BDK's version */
  replaySeen?(bdkId: string, mode: Exclude<LedgerMode, "off">): void;
}

/** Where failures are counted. */
export interface FailureBooking {
  readonly budgets: FailureBudgets;
  /** 32 bytes, the same for every server of one file of budgets. */
  readonly secret: SecretBytes;
}

/** What of it a server has; what is not given is not done. Whoever opened it closes it, after the server. */
export interface SpendingOptions {
  readonly ksns?: KsnBooking;
  readonly failures?: FailureBooking;
}
