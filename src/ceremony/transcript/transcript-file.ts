import { closeSync, fsyncSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TranscriptError } from "./transcript-error.js";

const MODE = 0o600;

/** A new file, written line by line, each durable when `append` returns. */
export class TranscriptFile {
  readonly #opened: number;
  #length = 0;
  #closed = false;

  /** @throws TranscriptError EXISTS, UNWRITABLE */
  constructor(path: string) {
    try {
      this.#opened = openSync(path, "wx", MODE);
    } catch (cause) {
      const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
      throw new TranscriptError(isThere ? "EXISTS" : "UNWRITABLE", cause);
    }
    syncFolderOf(path);
  }

  /** The whole line or nothing of it. @throws TranscriptError UNWRITABLE */
  append(text: string): void {
    try {
      writeFileSync(this.#opened, text);
      fsyncSync(this.#opened);
      this.#length += Buffer.byteLength(text);
    } catch (cause) {
      this.#cutOff();
      throw new TranscriptError("UNWRITABLE", cause);
    }
  }

  /** May be called twice. */
  close(): void {
    if (!this.#closed) closeSync(this.#opened);
    this.#closed = true;
  }

  /** What a failed write left. If that fails as well, the verifier names a line that is not whole. */
  #cutOff(): void {
    try {
      ftruncateSync(this.#opened, this.#length);
    } catch {
      // Nothing more can be done to it.
    }
  }
}

function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
