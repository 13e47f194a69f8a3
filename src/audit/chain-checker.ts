import { toWords } from "../base/index.js";
import type { AuditPublicKey } from "./checkpoint-signer.js";
import { CHAIN_START, type ChainHead, parseRecord, type ReadRecord } from "./parse-record.js";

import { readNote } from "./register-note.js";
import type { AuditReport, FaultCode } from "./verdict.js";
import { FORMAT, writeCounts } from "./write-record.js";

/** Where in its segment a record stands. */
export interface LinePlace {
  /** The number in the segment's name. */
  readonly firstSeq: number;
  readonly firstLine: boolean;
}

type Check = (checker: ChainChecker, record: ReadRecord) => FaultCode | undefined;

/** Checks record after record; holds the last hash, the open checkpoint and the counts, and no more. */
export class ChainChecker {
  readonly #key: AuditPublicKey;
  #head: ChainHead;
  #openCheckpoint: ChainHead | undefined;
  #signed: ChainHead | undefined;
  #counts = new Map<string, number>();
  /** False until the first opening or checkpoint when the records before are not here. */
  #countsKnown: boolean;
  #segments = 0;
  #records = 0;
  #calls = 0;
  #repairs = 0;

  /** @param after the record before the first one that is here, when older segments were moved away */
  constructor(key: AuditPublicKey, after: ChainHead = CHAIN_START) {
    this.#key = key;
    this.#head = after;
    this.#countsKnown = after.seq === 0;
  }

  /** The last record that holds. */
  get head(): ChainHead {
    return this.#head;
  }

  /** @param line without its newline. @returns what does not hold; nothing may be checked after that */
  check(line: Buffer, place: LinePlace): FaultCode | undefined {
    const record = parseRecord(line);
    if (record === undefined) return "MALFORMED";
    const fault = this.#checkPlace(record, place) ?? CHECKS[record.kind]?.(this, record);
    if (fault !== undefined) return fault;
    if (CHECKS[record.kind] === undefined) return "MALFORMED";
    this.#head = { seq: record.seq, hash: record.hash };
    if (record.kind === "checkpoint") this.#openCheckpoint = this.#head;
    this.#records += 1;
    return undefined;
  }

  report(): AuditReport {
    const unsignedRecords = Math.min(this.#records, this.#head.seq - (this.#signed?.seq ?? 0));
    return {
      segments: this.#segments,
      records: this.#records,
      calls: this.#calls,
      head: this.#head,
      headWords: toWords(this.#head.hash),
      signedCheckpoint: this.#signed,
      unsignedRecords,
      repairs: this.#repairs,
    };
  }

  /** A record that was changed is told from one in a wrong place by its own hash. */
  #checkPlace(record: ReadRecord, { firstSeq, firstLine }: LinePlace): FaultCode | undefined {
    if (!record.intact) return "CHANGED";
    if ((record.kind === "segment") !== firstLine) return "SEGMENT";
    if (firstLine && record.seq !== firstSeq) return "SEGMENT";
    if (record.seq !== this.#head.seq + 1) return firstLine ? "SEGMENT_MISSING" : "SEQUENCE";
    if (!record.previous.equals(this.#head.hash)) return "LINK";
    return undefined;
  }

  /** The first record of a segment. */
  checkSegment({ members }: ReadRecord): FaultCode | undefined {
    if (members["format"] !== FORMAT) return "SEGMENT";
    if (members["keyFingerprint"] !== this.#key.fingerprint) return "KEY";
    this.#segments += 1;
    return undefined;
  }

  /** A call. */
  checkCall({ members }: ReadRecord): FaultCode | undefined {
    const { outcome, count = 1 } = members;
    if (typeof outcome !== "string" || !isPositive(count)) return "MALFORMED";
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + count);
    this.#calls += count;
    return undefined;
  }

  /** Counts must be those of the records. */
  checkCheckpoint({ members }: ReadRecord): FaultCode | undefined {
    const counts = JSON.stringify(members["counts"]);
    if (this.#countsKnown && counts !== writeCounts(this.#counts)) return "COUNTS";
    this.#counts.clear();
    this.#countsKnown = true;
    return undefined;
  }

  /** A signature is of the checkpoint before it, which may stand in a segment that was moved away. */
  checkSignature({ members }: ReadRecord): FaultCode | undefined {
    const { checkpoint, checkpointHash, signature } = members;
    const open = this.#openCheckpoint ?? this.#earlierCheckpoint(checkpoint, checkpointHash);
    if (open === undefined || checkpoint !== open.seq || checkpointHash !== open.hash.toString("hex")) return "SIGNATURE";
    if (typeof signature !== "string" || !/^[0-9a-f]{128}$/.test(signature)) return "SIGNATURE";
    if (!this.#key.holds(open.seq, open.hash, Buffer.from(signature, "hex"))) return "SIGNATURE";
    this.#signed = open;
    this.#openCheckpoint = undefined;
    return undefined;
  }

  #earlierCheckpoint(seq: unknown, hash: unknown): ChainHead | undefined {
    const before = this.#head.seq - this.#records;
    if (typeof seq !== "number" || typeof hash !== "string" || seq > before || this.#signed !== undefined) return undefined;
    return { seq, hash: Buffer.from(hash, "hex") };
  }

  /** A new start: counts begin anew. */
  noteOpening(): undefined {
    this.#counts.clear();
    this.#countsKnown = true;
  }

  noteRepair(): undefined {
    this.#repairs += 1;
  }
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

const CHECKS: Readonly<Record<string, Check | undefined>> = {
  segment: (checker, record) => checker.checkSegment(record),
  call: (checker, record) => checker.checkCall(record),
  checkpoint: (checker, record) => checker.checkCheckpoint(record),
  signature: (checker, record) => checker.checkSignature(record),
  opened: (checker) => checker.noteOpening(),
  repaired: (checker) => checker.noteRepair(),
  resumed: () => undefined,
  register: (_checker, record) => (readNote(record) === undefined ? "MALFORMED" : undefined),
};
