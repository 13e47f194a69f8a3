import { readdir } from "node:fs/promises";
import { join } from "node:path";

const PLAIN = /^audit-(\d{16})\.jsonl$/;
const COMPRESSED = /^audit-(\d{16})\.jsonl\.gz$/;
const DIGITS = 16;

/** Ends a file that compression has not finished. */
export const PARTIAL_SUFFIX = ".gz.partial";

/** A segment of a log's directory, by its first sequence number. */
export interface SegmentFile {
  readonly firstSeq: number;
  readonly path: string;
  readonly compressed: boolean;
}

/** `audit-<firstSeq>.jsonl`, in 16 digits so that names sort as numbers do. */
export function segmentName(firstSeq: number): string {
  return `audit-${String(firstSeq).padStart(DIGITS, "0")}.jsonl`;
}

/** The segments in their order. Where both forms are there, compression was not finished, and the plain one counts. */
export async function listSegments(directory: string): Promise<SegmentFile[]> {
  const found = new Map<number, SegmentFile>();
  for (const name of (await readdir(directory)).sort()) {
    const [, plain] = PLAIN.exec(name) ?? [];
    const [, compressed] = COMPRESSED.exec(name) ?? [];
    const firstSeq = Number(plain ?? compressed ?? Number.NaN);
    // Sorted, the plain name comes first.
    if (Number.isNaN(firstSeq) || found.has(firstSeq)) continue;
    found.set(firstSeq, { firstSeq, path: join(directory, name), compressed: plain === undefined });
  }
  return [...found.values()].sort((a, b) => a.firstSeq - b.firstSeq);
}
