import { openSync, readSync } from "node:fs";
import type { KeyRecords } from "../load/load-task.js";

/** Bytes of the PIN block at the beginning of a record; the rest is the sealed key. */
export const PIN_BLOCK_LENGTH = 8;

/** A terminal's PIN key, and the PIN block of the fixture under it. */
export interface KeyRecord {
  readonly name: string;
  readonly sealedKey: Buffer;
  readonly pinBlock: Buffer;
}

/** Name of the terminal key with that number; all are as long. */
export function terminalKeyName(number: number): string {
  return `bench/terminal-${String(number).padStart(7, "0")}`;
}

/** Far apart, and prime: from one record to the next, so that neighbours in time are none in the file, and none comes twice in a turn. */
const STRIDE = 611_953;

/** Reads one record after the other, all over the files; each once before the first comes again. */
export function openKeyRecords({ files, recordsPerFile, recordLength, count, begin }: KeyRecords): () => KeyRecord {
  const descriptors = files.map((file) => openSync(file, "r"));
  let index = begin;
  return () => {
    index = (index + STRIDE) % count;
    const record = Buffer.alloc(recordLength);
    const descriptor = descriptors[Math.floor(index / recordsPerFile)] ?? -1;
    readSync(descriptor, record, 0, recordLength, (index % recordsPerFile) * recordLength);
    return {
      name: terminalKeyName(index),
      pinBlock: record.subarray(0, PIN_BLOCK_LENGTH),
      sealedKey: record.subarray(PIN_BLOCK_LENGTH),
    };
  };
}
