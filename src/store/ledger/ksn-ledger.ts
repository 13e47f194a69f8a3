/** What a KSN is spent for. A device may send a PIN and a MAC under one KSN: each use has a mark of its own. */
export type KsnUse = "pin" | "mac";

/** One use of one KSN by one request. */
export interface KsnSpend {
  /** The UUID of the BDK's version. */
  readonly bdkId: string;
  /** The initial key id: TDES 10 bytes with the counter cleared, AES 8 bytes. */
  readonly deviceId: Buffer;
  readonly use: KsnUse;
  /** The transaction counter: 1 to 2³² − 1. */
  readonly counter: number;
  /**
   * 32 bytes: a digest of all that an identical retry of the request would have again: caller, method, keys and every field. Keyed
   * (`budgetKey`), because it is stored and a PAN can be found by trying.
   */
  readonly requestDigest: Buffer;
  /** In mode detect a replay is counted and reported, not refused. */
  readonly mode: "detect" | "enforce";
}

/**
 * What became of a spend.
 * - accepted: the counter is above the mark of this device and use, or lies in the window and was not used before
 * - retry: the last accepted counter again, with the same digest: the same request, whose answer may have been lost
 * - replayed: anything else
 */
export type SpendOutcome = "accepted" | "retry" | "replayed";

/** One use of a device, as the ledger knows it. */
export interface DeviceUse {
  /** The highest counter accepted. */
  readonly counter: number;
  /** How many counters were accepted. */
  readonly spent: number;
  /** How many replays were seen, refused or only detected. */
  readonly replays: number;
}

/** What the ledger knows of a device: the uses that it has seen. */
export type DeviceState = { readonly [use in KsnUse]?: DeviceUse };

/** Remembers which KSNs were used: every counter serves once. Its decisions depend on no clock. */
export interface KsnLedger {
  /**
   * Spends all or nothing, and is durable when it resolves. When a spend of mode enforce is replayed, none of the call is recorded,
   * whatever the outcomes of the others; only its replays are counted.
   * @param ensureWanted asked when the call's turn to be recorded has come: when it throws, nothing is, and that is what is thrown
   * @returns the outcomes in the order of the spends
   * @throws Refusal LEDGER_UNAVAILABLE; then nothing was recorded, or it was by this very request, which may be sent again
   */
  spend(spends: readonly KsnSpend[], ensureWanted?: () => void): Promise<readonly SpendOutcome[]>;
  /**
   * What is known of a device; undefined when it was never seen.
   * @throws Refusal LEDGER_UNAVAILABLE
   */
  device(bdkId: string, deviceId: Buffer): Promise<DeviceState | undefined>;
  /** Resolves when spends can be recorded, and records nothing. @throws Refusal LEDGER_UNAVAILABLE */
  probe(): Promise<void>;
  /** Commits what waits, then closes the file. */
  close(): Promise<void>;
}
