import { type AuditDisk, nodeDisk } from "./audit-disk.js";
import type { ServiceStart } from "./audit-record.js";
import type { CheckpointSigner } from "./checkpoint-signer.js";

/** How an audit log is kept. */
export interface AuditLogOptions {
  /** Made with mode 0700 when it is not there. One log, one key, one writer. */
  readonly directory: string;
  readonly signer: CheckpointSigner;
  /** The public half of the signer's key: every signature is checked before it is written. */
  readonly publicKeyPem: string;
  /** What opens the log, for the record of its opening. */
  readonly service?: ServiceStart;
  /** A segment that has reached this length is closed. Default 64 MiB. */
  readonly maxSegmentBytes?: number;
  /** A segment of this age is closed. Default a day. */
  readonly maxSegmentSeconds?: number;
  /** A checkpoint after so many records. Default 1000. */
  readonly checkpointRecords?: number;
  /** A checkpoint at most so long after a record. Default 60. */
  readonly checkpointSeconds?: number;
  /** How long the signer may take; the checkpoint then stays unsigned and the next one is tried. Default 10. */
  readonly signSeconds?: number;
  /** Whether closed segments are compressed. Default true. */
  readonly compress?: boolean;
  /** Called when the log can no longer be written (with the cause) and when it can again. For health. */
  readonly onAvailability?: (available: boolean, cause?: unknown) => void;
  /** A checkpoint was not signed, or a segment not compressed. Nothing is lost; it is tried again. */
  readonly onFault?: (error: unknown) => void;
  /** Told of every write, with how many records it had and how long it took in seconds. For metrics. */
  readonly onWrite?: (records: number, seconds: number) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** For tests of faults. */
  readonly disk?: AuditDisk;
}

/** All of them given, but for what opens it. */
export type AuditLogSettings = Required<Omit<AuditLogOptions, "service">> & Pick<AuditLogOptions, "service">;

/** With the defaults for what is not given. */
export function completeOptions(options: AuditLogOptions): AuditLogSettings {
  return {
    maxSegmentBytes: 64 * 1024 * 1024,
    maxSegmentSeconds: 86_400,
    checkpointRecords: 1_000,
    checkpointSeconds: 60,
    signSeconds: 10,
    compress: true,
    onAvailability: () => undefined,
    onFault: () => undefined,
    onWrite: () => undefined,
    now: Date.now,
    disk: nodeDisk,
    ...options,
  };
}
