import type { AuditedKey } from "../../audit/index.js";
import type { SecretBytes } from "../../base/index.js";
import type { BudgetKind, FailureBudgets } from "../../store/budgets/index.js";
import type { KsnLedger, KsnUse, SpendOutcome } from "../../store/ledger/index.js";
import type { LedgerMode, LedgerModes } from "./ledger-modes.js";

/** A KSN that was used before. */
export interface SeenReplay {
  /** The UUID of the BDK's version. */
  readonly bdkId: string;
  readonly mode: Exclude<LedgerMode, "off">;
  readonly caller: string;
  /** The BDK. */
  readonly key: AuditedKey;
}

/** Where KSNs are spent. */
export interface KsnBooking {
  readonly ledger: KsnLedger;
  /** 32 bytes, the same for every server of one ledger: it makes the digests by which a retry is known. */
  readonly secret: SecretBytes;
  readonly modes: LedgerModes;
  /** Told of everything that came to the ledger, for metrics. */
  spent?(use: KsnUse, outcome: SpendOutcome): void;
  /** Told of every replay, refused or only detected. */
  replaySeen?(replay: SeenReplay): void;
}

/** Where failures are counted. */
export interface FailureBooking {
  readonly budgets: FailureBudgets;
  /** 32 bytes, the same for every server of one file of budgets. */
  readonly secret: SecretBytes;
  /** Told of every failure that is counted, for metrics. */
  failed?(kind: BudgetKind): void;
}

/** What of it a server has; what is not given is not done. Whoever opened it closes it, after the server. */
export interface SpendingOptions {
  readonly ksns?: KsnBooking;
  readonly failures?: FailureBooking;
}
