import type { RecordContent } from "./audit-record.js";
import { hashRecord, sealLine } from "./chain.js";
import { writeEntry } from "./write-entry.js";
import { writeStart } from "./write-start.js";

/** The form of the lines. A reader refuses any other number. */
export const FORMAT = 1;

/** A record's place: its number, the hash of the record before it (32 bytes), its time (milliseconds since 1970). */
export interface RecordPlace {
  readonly seq: number;
  readonly previous: Buffer;
  readonly at: number;
}

/** A record as it is written. */
export interface WrittenRecord {
  /** With the newline. */
  readonly line: string;
  /** 32 bytes. */
  readonly hash: Buffer;
}

/**
 * The only writer of records: canonical JSON, members in one order, no spaces, and last of all the record's own hash.
 * @throws TypeError for an entry that is malformed
 */
export function writeRecord(place: RecordPlace, content: RecordContent): WrittenRecord {
  const { seq, previous, at } = place;
  const members = writeMembers(content);
  const body = `{"seq":${seq},"at":"${new Date(at).toISOString()}","previous":"${previous.toString("hex")}","kind":"${content.kind}"${members}}`;
  const hash = hashRecord(previous, body);
  return { line: sealLine(body, hash), hash };
}

function writeMembers(content: RecordContent): string {
  switch (content.kind) {
    case "call":
      return `,${writeEntry(content.entry)}`;
    case "segment":
      return `,"format":${FORMAT},"keyFingerprint":"${content.keyFingerprint}"`;
    case "opened":
      return content.service === undefined ? "" : `,"service":${writeStart(content.service)}`;
    case "repaired":
      return `,"bytes":${content.bytes},"digest":"${content.digest}"`;
    case "resumed":
      return `,"refused":${content.refused},"since":"${new Date(content.since).toISOString()}"`;
    case "checkpoint":
      return `,"counts":${writeCounts(content.counts)}`;
    case "register":
      return (
        `,"event":"${content.event}","registerId":"${content.registerId}"` +
        `,"registerSeq":${content.registerSeq},"registerHash":"${content.registerHash}"`
      );
    case "signature":
      return (
        `,"checkpoint":${content.checkpoint},"checkpointHash":"${content.checkpointHash}"` +
        `,"keyId":${JSON.stringify(content.keyId)},"signature":"${content.signature.toString("hex")}"`
      );
  }
}

/** Counts by outcome, outcomes in the order of their letters. */
export function writeCounts(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([outcome, count]) => `"${outcome}":${count}`).join(",")}}`;
}
