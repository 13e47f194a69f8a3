import type { AuditEntry } from "./audit-entry.js";

/** First of every segment: which form the lines have, and by which key checkpoints are signed (SHA-256 of its SPKI, hex). */
export interface SegmentContent {
  readonly kind: "segment";
  readonly keyFingerprint: string;
}

/** What it was that started: text of at most 128 printable characters each. */
export interface ServiceStart {
  /** Of pinmac. */
  readonly version: string;
  /** Which of how many fronts wrote this log, from 1: each has one of its own. */
  readonly front: number;
  readonly fronts: number;
  /** What the token says of itself: label, manufacturer, model and firmware, serial number. */
  readonly token: { readonly label: string; readonly description: string; readonly serial: string };
  /** SHA-256 of the files that it was configured by, in hex, by what they are. */
  readonly files: Readonly<Record<string, string>>;
  /** Names the secret of the digests: those of two starts can be compared when it is the same. */
  readonly digestSecret: string;
}

/** The log was opened: the service started. Counts begin anew. */
export interface OpenedContent {
  readonly kind: "opened";
  readonly service?: ServiceStart;
}

/** Bytes after the last whole record were cut off: a crash tore a write that nobody had been told of. */
export interface RepairedContent {
  readonly kind: "repaired";
  readonly bytes: number;
  /** SHA-256 of the bytes, hex. */
  readonly digest: string;
}

/** The disk could not be written for a while; so many calls were refused and have no record of their own. */
export interface ResumedContent {
  readonly kind: "resumed";
  readonly refused: number;
  /** When it began, milliseconds since 1970. */
  readonly since: number;
}

/** A call. */
export interface CallContent {
  readonly kind: "call";
  readonly entry: AuditEntry;
}

/** Calls by outcome since the checkpoint before, or since the log was opened. Its hash is what is signed. */
export interface CheckpointContent {
  readonly kind: "checkpoint";
  readonly counts: ReadonlyMap<string, number>;
}

/** The signature over an earlier checkpoint. */
export interface SignatureContent {
  readonly kind: "signature";
  readonly checkpoint: number;
  /** Hash of the checkpoint record, hex. */
  readonly checkpointHash: string;
  readonly keyId: string;
  /** ECDSA P-256 with SHA-256, r ‖ s, 64 bytes. */
  readonly signature: Buffer;
}

/**
 * Where the key register's journal stood: a register that later stands before it was rolled back. After an officer restored an older one on
 * purpose, where that one stands.
 */
export interface RegisterContent {
  readonly kind: "register";
  readonly event: "noted" | "restored";
  /** 16 bytes, hex. */
  readonly registerId: string;
  /** Number of the last change. */
  readonly registerSeq: number;
  /** Hash of the last change, hex. */
  readonly registerHash: string;
}

/** What a record says, without its place in the chain. */
export type RecordContent =
  | SegmentContent
  | OpenedContent
  | RepairedContent
  | ResumedContent
  | CallContent
  | CheckpointContent
  | SignatureContent
  | RegisterContent;
