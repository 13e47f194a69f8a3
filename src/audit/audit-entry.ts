import type { Reason } from "../base/index.js";

/** How a call ended: done, an outcome that is no error, given up by the caller, or the reason for which it was refused. */
export type AuditOutcome = "OK" | "MAC_MISMATCH" | "PIN_MISMATCH" | "CANCELLED" | Reason;

/** What a keyed digest stands for. The value itself is never given to the log. */
export const DIGEST_PURPOSES = ["pan", "ksn", "pinBlock", "initialKeyId", "message"] as const;
export type DigestPurpose = (typeof DIGEST_PURPOSES)[number];

/** A key that a call used or named. */
export interface AuditedKey {
  readonly name: string;
  /** 0 when the call named no version and none was found. */
  readonly version: number;
  /** Hex, at most 10 digits; empty when the key was not found. */
  readonly checkValue: string;
}

/** One call, as the audit log keeps it. Whatever else an object carries is not written. */
export interface AuditEntry {
  /** The authenticated identity; at most 256 characters are kept. */
  readonly caller: string;
  /** Service and method, such as `PinService.TranslatePin`. */
  readonly operation: string;
  readonly keys: readonly AuditedKey[];
  readonly outcome: AuditOutcome;
  readonly latencyMicroseconds: number;
  /** At most 64 visible characters. Of a run of 13 digits or more only asterisks are kept: it may be a PAN. */
  readonly correlationId: string;
  /** Keyed digests (HMAC) of 20 to 32 bytes, in hex: longer than any PAN, KSN or PIN block, none of which can so be given by mistake. */
  readonly digests: Readonly<Partial<Record<DigestPurpose, string>>>;
  /** How many calls the entry stands for; not given, one. Calls that were refused for overload are recorded together. */
  readonly count?: number;
  /** Milliseconds since 1970. The order of the log is its sequence, never the clock. */
  readonly at: number;
}
