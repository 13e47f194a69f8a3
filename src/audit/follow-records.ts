import { setTimeout as pause } from "node:timers/promises";
import { type LogRecord, mergeByTime } from "./merge-records.js";
import { parseRecord } from "./parse-record.js";
import { readLines } from "./read-lines.js";
import { listSegments, type SegmentFile } from "./segment-files.js";

/** Where following a log begins: after record `seq`. */
export interface LogPlace {
  readonly log: string;
  readonly seq: number;
}

/** Where reading goes on: in a file, at the byte after the last whole line. */
interface Bookmark {
  firstSeq: number;
  offset: number;
  seq: number;
}

/**
 * Records as they come, not verified, until `signal` is aborted; looks every `pollMs` milliseconds. What one look finds in several logs is
 * merged by time; between two looks the order is that of the looks.
 */
export async function* followRecords(
  places: readonly LogPlace[],
  pollMs: number,
  signal: AbortSignal,
): AsyncGenerator<LogRecord> {
  const bookmarks = places.map(({ log, seq }) => ({ log, bookmark: { firstSeq: 0, offset: 0, seq } }));
  while (!signal.aborted) {
    const found: LogRecord[][] = [];
    for (const { log, bookmark } of bookmarks) {
      const records: LogRecord[] = [];
      for await (const record of readOn(log, bookmark)) records.push(record);
      found.push(records);
    }
    yield* mergeByTime(found);
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function* readOn(log: string, bookmark: Bookmark): AsyncGenerator<LogRecord> {
  const segments = await listSegments(log);
  const from = segments.findLastIndex(({ firstSeq }) => firstSeq <= bookmark.seq + 1);
  for (const segment of segments.slice(Math.max(from, 0))) {
    if (segment.firstSeq !== bookmark.firstSeq) Object.assign(bookmark, { firstSeq: segment.firstSeq, offset: 0 });
    yield* readSegmentOn(log, segment, bookmark);
  }
}

/** Byte positions are those of the plain form; a segment compressed meanwhile is read again from its start. */
async function* readSegmentOn(log: string, segment: SegmentFile, bookmark: Bookmark): AsyncGenerator<LogRecord> {
  for await (const { bytes, terminated } of readLines(segment, segment.compressed ? 0 : bookmark.offset)) {
    if (!terminated) return;
    if (!segment.compressed) bookmark.offset += bytes.length + 1;
    const record = parseRecord(bytes);
    if (record === undefined || record.seq <= bookmark.seq) continue;
    bookmark.seq = record.seq;
    yield { log, line: bytes, record };
  }
}
