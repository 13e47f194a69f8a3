import { parseRecord, type ReadRecord } from "./parse-record.js";
import { readLines } from "./read-lines.js";
import { listSegments, type SegmentFile } from "./segment-files.js";

/** A record with the line that it stands on, without the newline. */
export interface LineRecord {
  readonly line: Buffer;
  readonly record: ReadRecord;
}

/** The whole records of some segments, in order, not verified: for people who look. Lines that are none are passed over. */
export async function* readRecords(segments: readonly SegmentFile[]): AsyncGenerator<LineRecord> {
  for (const segment of segments) {
    for await (const { bytes, terminated } of readLines(segment)) {
      const record = terminated ? parseRecord(bytes) : undefined;
      if (record !== undefined) yield { line: bytes, record };
    }
  }
}

/** The last `count` records, oldest first. Reads no more segments than it must. */
export async function lastRecords(directory: string, count: number): Promise<LineRecord[]> {
  let found: LineRecord[] = [];
  for (const segment of (await listSegments(directory)).reverse()) {
    if (found.length >= count) break;
    const kept: LineRecord[] = [];
    for await (const record of readRecords([segment])) {
      kept.push(record);
      if (kept.length > count) kept.shift();
    }
    found = [...kept, ...found];
  }
  return count === 0 ? [] : found.slice(-count);
}
