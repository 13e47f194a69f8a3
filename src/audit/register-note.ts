import type { RegisterContent } from "./audit-record.js";
import { parseRecord, type ReadRecord } from "./parse-record.js";
import { readLines } from "./read-lines.js";
import { listSegments, type SegmentFile } from "./segment-files.js";

const KIND = Buffer.from('"kind":"register"', "latin1");
const REGISTER_ID = /^[0-9a-f]{32}$/;
const HASH = /^[0-9a-f]{64}$/;

/** Where the key register stood, as the log has it. */
export type RegisterNote = Omit<RegisterContent, "kind">;

/**
 * The last note of where the key register stood. Segments are read from the newest back to the first that has one; each begins with one
 * once the service has made any.
 * @returns undefined when there is none, or no log
 */
export async function lastRegisterNote(directory: string): Promise<RegisterNote | undefined> {
  for (const segment of (await segmentsOf(directory)).toReversed()) {
    const note = await lastNoteIn(segment);
    if (note !== undefined) return note;
  }
  return undefined;
}

async function segmentsOf(directory: string): Promise<readonly SegmentFile[]> {
  try {
    return await listSegments(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function lastNoteIn(segment: SegmentFile): Promise<RegisterNote | undefined> {
  let last: RegisterNote | undefined;
  for await (const { bytes, terminated } of readLines(segment)) {
    // Of a line that a caller's text made look like it, the parsed kind decides.
    if (terminated && bytes.includes(KIND)) last = readNote(parseRecord(bytes)) ?? last;
  }
  return last;
}

/** The note of a record; undefined when it is another record, or does not hold. */
export function readNote(record: ReadRecord | undefined): RegisterNote | undefined {
  if (record?.kind !== "register" || !record.intact) return undefined;
  const { event, registerId, registerSeq, registerHash } = record.members;
  if (event !== "noted" && event !== "restored") return undefined;
  if (typeof registerId !== "string" || typeof registerHash !== "string") return undefined;
  if (!REGISTER_ID.test(registerId) || !HASH.test(registerHash) || !Number.isSafeInteger(registerSeq)) return undefined;
  return { event, registerId, registerSeq: Number(registerSeq), registerHash };
}
