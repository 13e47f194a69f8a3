import type { ChainHead } from "./parse-record.js";

/** In what way a record, or what should follow it, does not hold. */
export const FAULTS = {
  MALFORMED: "the line is not a record of this log's form",
  CHANGED: "the record was changed: its hash is not that of its bytes",
  SEQUENCE: "the sequence number does not follow: records were removed, repeated, inserted or reordered",
  LINK: "the record does not follow the one before it: one of them was replaced",
  SEGMENT: "the segment does not begin as it must: with its own record, the number of its name, and the key's fingerprint",
  SEGMENT_MISSING: "the segment does not follow the one before it: one is missing, or records were cut off before it",
  UNREADABLE: "the segment cannot be read to its end",
  TORN: "the last record is not whole",
  KEY: "the segment names another audit key",
  COUNTS: "the checkpoint's counts are not those of the records",
  SIGNATURE: "the signature is not the audit key's over an earlier checkpoint of this log",
  UNSIGNED: "too many records follow the last signed checkpoint",
  EXPECTED: "the expected record is missing or has another hash: the log was cut off or replaced",
  EMPTY: "there is no record",
} as const;

export type FaultCode = keyof typeof FAULTS;

/** The first thing that does not hold. */
export interface AuditFault {
  readonly code: FaultCode;
  readonly why: string;
  /** File name. */
  readonly segment: string;
  /** From 1; one more than there are when the fault is at the end. */
  readonly line: number;
  /** The number that the record has, or should have where it cannot be read. */
  readonly seq: number;
}

/** What was checked up to the end or to the fault. */
export interface AuditReport {
  readonly segments: number;
  readonly records: number;
  readonly calls: number;
  /** The last record that holds. */
  readonly head: ChainHead;
  /** Its hash in words, to be read aloud or signed on paper. */
  readonly headWords: string;
  /** The last checkpoint whose signature holds. */
  readonly signedCheckpoint: ChainHead | undefined;
  /** Records that no signed checkpoint covers. */
  readonly unsignedRecords: number;
  /** Torn writes that were cut off and noted. */
  readonly repairs: number;
}

/** Whether the log holds. */
export type AuditVerdict =
  | { readonly holds: true; readonly report: AuditReport }
  | { readonly holds: false; readonly fault: AuditFault; readonly report: AuditReport };
