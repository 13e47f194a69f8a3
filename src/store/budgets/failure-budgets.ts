/**
 * What failures are counted for.
 * - pinBlock: PIN blocks that were not valid (a translation is a guess about a PIN)
 * - pinVerification: PINs that did not match
 * - mac: MACs that did not match
 */
export const BUDGET_KINDS = ["pinBlock", "pinVerification", "mac"] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** Whose failures are counted. */
export interface BudgetSubject {
  readonly kind: BudgetKind;
  /** The 32 bytes of `budgetKey`: names a caller with a key, or a key with a PAN. Never clear data. */
  readonly key: Buffer;
}

/** How many failures a subject may have within a sliding window of time. */
export interface BudgetLimit {
  /** With so many failures in the window the subject is refused: 1 to 1,000,000. */
  readonly failures: number;
  readonly windowSeconds: number;
}

/** Which PAN a PIN block was seen with: for the first time, this one, or another one. */
export type PinBlockBinding = "new" | "same" | "otherPan";

/** One PIN block under a static key, with the PAN it came with. All three are digests of `budgetKey`. */
export interface PinBlockUse {
  /** Of the key's id and the PIN block. */
  readonly pinBlock: Buffer;
  /** Of the PAN, with the PIN block: the same PAN gives different digests with different blocks. */
  readonly pan: Buffer;
}

/** Counts failures, so that nobody guesses long. Survives restarts; several processes may share the file. */
export interface FailureBudgets {
  /**
   * Lets a call pass whose subjects all have budget left, failures under way reckoned in. It reserves nothing: of calls that are admitted
   * together more may fail than the budget allows, and the ones above it are then refused by `fail`, or by being admitted again.
   * @throws Refusal BUDGET_EXHAUSTED; LEDGER_UNAVAILABLE
   */
  admit(subjects: readonly BudgetSubject[]): void;
  /**
   * How many failures were recorded here, those under way among them. As long as it stays the same, nothing that was admitted has to be
   * admitted again before it is answered.
   */
  readonly recorded: number;
  /**
   * Records one failure of each subject, durably when it resolves or is refused for want of budget.
   * @returns the subjects that have no budget left now
   * @throws Refusal BUDGET_EXHAUSTED when a subject had none left before, as of calls that were all admitted at once; LEDGER_UNAVAILABLE.
   * The caller then answers nothing about the failure
   */
  fail(subjects: readonly BudgetSubject[]): Promise<readonly BudgetSubject[]>;
  /**
   * Binds a PIN block under a static key to the first PAN that it comes with, for a window of time; durable when it resolves. A second
   * PAN with one block is the question of an attacker who looks for the PIN (ANSI X9.8 PAN modification). Under DUKPT the KSN does this.
   * @throws Refusal LEDGER_UNAVAILABLE
   */
  bindPinBlock(use: PinBlockUse): Promise<PinBlockBinding>;
  /** Resolves when failures can be recorded, and records nothing. @throws Refusal LEDGER_UNAVAILABLE */
  probe(): Promise<void>;
  /** Records what waits, then closes the file. */
  close(): Promise<void>;
}
