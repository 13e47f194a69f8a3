import { setTimeout as pause } from "node:timers/promises";
import { parseRecord } from "./parse-record.js";
import { readLines } from "./read-lines.js";
import type { LineRecord } from "./read-records.js";
import { listSegments, type SegmentFile } from "./segment-files.js";

/** Where reading goes on: in a file, at the byte after the last whole line. */
interface Bookmark {
  firstSeq: number;
  offset: number;
  seq: number;
}

/** Records after `seq` as they come, not verified, until `signal` is aborted; looks every `pollMs` milliseconds. */
export async function* followRecords(
  directory: string,
  seq: number,
  pollMs: number,
  signal: AbortSignal,
): AsyncGenerator<LineRecord> {
  const bookmark: Bookmark = { firstSeq: 0, offset: 0, seq };
  while (!signal.aborted) {
    yield* readOn(directory, bookmark);
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function* readOn(directory: string, bookmark: Bookmark): AsyncGenerator<LineRecord> {
  const segments = await listSegments(directory);
  const from = segments.findLastIndex(({ firstSeq }) => firstSeq <= bookmark.seq + 1);
  for (const segment of segments.slice(Math.max(from, 0))) {
    if (segment.firstSeq !== bookmark.firstSeq) Object.assign(bookmark, { firstSeq: segment.firstSeq, offset: 0 });
    yield* readSegmentOn(segment, bookmark);
  }
}

/** Byte positions are those of the plain form; a segment compressed meanwhile is read again from its start. */
async function* readSegmentOn(segment: SegmentFile, bookmark: Bookmark): AsyncGenerator<LineRecord> {
  for await (const { bytes, terminated } of readLines(segment, segment.compressed ? 0 : bookmark.offset)) {
    if (!terminated) return;
    if (!segment.compressed) bookmark.offset += bytes.length + 1;
    const record = parseRecord(bytes);
    if (record === undefined || record.seq <= bookmark.seq) continue;
    bookmark.seq = record.seq;
    yield { line: bytes, record };
  }
}
