import type { LineRecord } from "./read-records.js";

/** A record of one of several logs. */
export interface LogRecord extends LineRecord {
  /** The log's directory. */
  readonly log: string;
}

/**
 * Merges the records of several logs by the times that they state; records of one log keep their order, whatever its clock did. Logs with
 * the same time come in the order in which they are given.
 * @param logs the records of each log, in their order
 */
export function mergeByTime(logs: readonly (readonly LogRecord[])[]): LogRecord[] {
  const merged: LogRecord[] = [];
  const queues = logs.map((records) => ({ records, next: 0 }));
  const total = logs.reduce((sum, records) => sum + records.length, 0);
  while (merged.length < total) {
    const heads = queues.flatMap((queue) => {
      const record = queue.records[queue.next];
      return record === undefined ? [] : [{ queue, record }];
    });
    const earliest = heads.reduce((best, head) => (timeOf(head.record) < timeOf(best.record) ? head : best));
    earliest.queue.next += 1;
    merged.push(earliest.record);
  }
  return merged;
}

/** A time that is none comes first, rather than holding up what follows it. */
function timeOf({ record }: LogRecord): number {
  const time = Date.parse(record.at);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
