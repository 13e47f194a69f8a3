import { createHash } from "node:crypto";
import { open, readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { AuditLogError } from "./audit-log-error.js";
import type { RepairedContent } from "./audit-record.js";
import { MAX_LINE_LENGTH } from "./chain.js";
import { CHAIN_START, type ChainHead, parseRecord } from "./parse-record.js";
import { readLines } from "./read-lines.js";
import { listSegments, PARTIAL_SUFFIX, type SegmentFile } from "./segment-files.js";

/** What a log goes on from. */
export interface RecoveredLog {
  readonly head: ChainHead;
  /** The segment to go on with, and its length in whole records. Undefined: begin a new one. */
  readonly segment: { readonly path: string; readonly length: number; readonly openedAt: number } | undefined;
  /** The torn bytes behind the last whole record, to be noted. */
  readonly torn: RepairedContent | undefined;
  /** Closed segments that are not compressed yet. */
  readonly closed: readonly string[];
}

/**
 * Looks at the end of the last segment; changes nothing but to remove unfinished compressions and an empty last segment. Only bytes
 * after the last newline are torn: they were never acknowledged. A whole last record that does not hold is not for the log to repair.
 * @throws AuditLogError DAMAGED
 */
export async function recoverLog(directory: string): Promise<RecoveredLog> {
  await removePartials(directory);
  const segments = await listSegments(directory);
  const last = segments.at(-1);
  if (last === undefined) return { head: CHAIN_START, segment: undefined, torn: undefined, closed: [] };
  if (last.compressed) return { head: await headOfCompressed(last), segment: undefined, torn: undefined, closed: [] };
  const { head, length, torn } = await examineEnd(last);
  const closed = segments
    .slice(0, -1)
    .filter(({ compressed }) => !compressed)
    .map(({ path }) => path);
  if (head !== undefined) {
    return { head, segment: { path: last.path, length, openedAt: (await stat(last.path)).birthtimeMs }, torn, closed };
  }
  // Not one record of it was acknowledged.
  await unlink(last.path);
  const before = await recoverLog(directory);
  return { ...before, torn: torn ?? before.torn };
}

async function removePartials(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith("audit-") && name.endsWith(PARTIAL_SUFFIX)) await unlink(join(directory, name));
  }
}

interface SegmentEnd {
  readonly head: ChainHead | undefined;
  readonly length: number;
  readonly torn: RepairedContent | undefined;
}

/** A last line and a torn one fit into twice the longest line. */
async function examineEnd({ path }: SegmentFile): Promise<SegmentEnd> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - 2 * MAX_LINE_LENGTH);
    const bytes = Buffer.alloc(size - start);
    await file.read(bytes, 0, bytes.length, start);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const torn = tornBytes(bytes.subarray(whole));
    if (whole === 0) {
      if (start > 0) throw damaged(path);
      return { head: undefined, length: 0, torn };
    }
    const line = bytes.subarray(bytes.lastIndexOf(0x0a, whole - 2) + 1, whole - 1);
    return { head: headOf(line, path), length: start + whole, torn };
  } finally {
    await file.close();
  }
}

function tornBytes(bytes: Buffer): RepairedContent | undefined {
  if (bytes.length === 0) return undefined;
  return { kind: "repaired", bytes: bytes.length, digest: createHash("sha256").update(bytes).digest("hex") };
}

async function headOfCompressed(segment: SegmentFile): Promise<ChainHead> {
  let last: Buffer | undefined;
  for await (const { bytes } of readLines(segment)) last = bytes;
  if (last === undefined) throw damaged(segment.path);
  return headOf(last, segment.path);
}

function headOf(line: Buffer, path: string): ChainHead {
  const record = parseRecord(line);
  if (record === undefined || !record.intact) throw damaged(path);
  return { seq: record.seq, hash: record.hash };
}

function damaged(path: string): AuditLogError {
  return new AuditLogError(
    "DAMAGED",
    `${path}: the last record does not hold. Verify the log, keep its directory, and begin a new one.`,
  );
}
