import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { MAX_LINE_LENGTH } from "./chain.js";
import type { SegmentFile } from "./segment-files.js";

const NEWLINE = 0x0a;

/** A line of a segment, without its newline. */
export interface SegmentLine {
  readonly bytes: Buffer;
  /** False for the last one when no newline ends it. */
  readonly terminated: boolean;
}

/**
 * The lines of a segment, one by one, in constant memory. A line that is too long for a record is given in pieces.
 * Rejects with what the file system or zlib says.
 * @param start byte to begin at; of plain segments only
 */
export async function* readLines(segment: Pick<SegmentFile, "path" | "compressed">, start = 0): AsyncGenerator<SegmentLine> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of openBytes(segment, start)) {
    let bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
      yield { bytes: bytes.subarray(0, end), terminated: true };
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > MAX_LINE_LENGTH) {
      yield { bytes, terminated: false };
      bytes = Buffer.alloc(0);
    }
    rest = bytes;
  }
  if (rest.length > 0) yield { bytes: rest, terminated: false };
}

/** Errors of the file reach the reader through the decompressor, which `pipe` alone does not do. */
function openBytes({ path, compressed }: Pick<SegmentFile, "path" | "compressed">, start: number): AsyncIterable<Buffer> {
  const file = createReadStream(path, { start });
  if (!compressed) return file;
  const plain = createGunzip();
  file.once("error", (error) => plain.destroy(error));
  plain.once("close", () => file.destroy());
  return file.pipe(plain);
}
