import { basename } from "node:path";
import { ChainChecker } from "./chain-checker.js";
import { AuditPublicKey } from "./checkpoint-signer.js";
import { hasOwnGzipHeader } from "./gzip-header.js";
import type { ChainHead } from "./parse-record.js";
import { readLines } from "./read-lines.js";
import { listSegments, type SegmentFile } from "./segment-files.js";
import { type AuditFault, type AuditVerdict, FAULTS, type FaultCode } from "./verdict.js";

/** What the person who verifies knows besides the key. */
export interface VerifyOptions {
  /** A record seen elsewhere, on paper or in another log: it must be here with this hash. */
  readonly expect?: ChainHead;
  /** The record before the first one that is here, when older segments were moved away. */
  readonly after?: ChainHead;
  /** So many records may follow the last signed checkpoint. Default 10,000: ten times what a log does by default. */
  readonly maxUnsignedRecords?: number;
  /** Called now and then with the records checked so far. */
  readonly onProgress?: (records: number) => void;
}

const PROGRESS_STEP = 50_000;
const MAX_UNSIGNED = 10_000;

/**
 * Verifies a whole log, without the service and without the token, in constant memory: every hash, number, link, count and signature.
 * @param publicKeyPem the auditor's own copy of the key, not the one beside the log
 * @returns the first thing that does not hold, or that all holds
 * @throws AuditLogError KEY_INVALID; an error of the file system when the directory cannot be read
 */
export async function verifyAudit(directory: string, publicKeyPem: string, options: VerifyOptions = {}): Promise<AuditVerdict> {
  const checker = new ChainChecker(new AuditPublicKey(publicKeyPem), options.after);
  let last: Position = { segment: "", line: 0 };
  for (const segment of await listSegments(directory)) {
    const { fault, position } = await verifySegment(checker, segment, options);
    if (fault !== undefined) return verdict(checker, options, fault, position);
    last = position;
  }
  const fault = checkEnd(checker, options);
  return verdict(checker, options, fault, { ...last, line: last.line + 1 });
}

interface Position {
  readonly segment: string;
  readonly line: number;
}

interface SegmentOutcome {
  readonly fault: FaultCode | undefined;
  readonly position: Position;
}

async function verifySegment(checker: ChainChecker, file: SegmentFile, options: VerifyOptions): Promise<SegmentOutcome> {
  const segment = basename(file.path);
  let line = 0;
  try {
    if (file.compressed && !(await hasOwnGzipHeader(file.path))) return { fault: "UNREADABLE", position: { segment, line: 1 } };
    for await (const { bytes, terminated } of readLines(file)) {
      line += 1;
      const fault = terminated ? checker.check(bytes, { firstSeq: file.firstSeq, firstLine: line === 1 }) : "TORN";
      const unexpected = fault ?? checkExpected(checker.head, options.expect);
      if (unexpected !== undefined) return { fault: unexpected, position: { segment, line } };
      if (checker.head.seq % PROGRESS_STEP === 0) options.onProgress?.(checker.report().records);
    }
  } catch {
    return { fault: "UNREADABLE", position: { segment, line: line + 1 } };
  }
  return { fault: line === 0 ? "SEGMENT" : undefined, position: { segment, line } };
}

function checkExpected(head: ChainHead, expect: ChainHead | undefined): FaultCode | undefined {
  return expect !== undefined && expect.seq === head.seq && !expect.hash.equals(head.hash) ? "EXPECTED" : undefined;
}

function checkEnd(checker: ChainChecker, { expect, maxUnsignedRecords = MAX_UNSIGNED }: VerifyOptions): FaultCode | undefined {
  const { records, unsignedRecords } = checker.report();
  if (expect !== undefined && (expect.seq > checker.head.seq || expect.seq <= checker.head.seq - records)) return "EXPECTED";
  if (records === 0) return "EMPTY";
  return unsignedRecords > maxUnsignedRecords ? "UNSIGNED" : undefined;
}

/** The fault is of the record after the last one that holds, or of the expected one. */
function verdict(checker: ChainChecker, options: VerifyOptions, code: FaultCode | undefined, position: Position): AuditVerdict {
  const report = checker.report();
  if (code === undefined) return { holds: true, report };
  const seq = code === "EXPECTED" && options.expect !== undefined ? options.expect.seq : report.head.seq + 1;
  const fault: AuditFault = { code, why: FAULTS[code], ...position, seq };
  return { holds: false, fault, report };
}
