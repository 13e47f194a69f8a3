import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { describeExposure } from "../../base/index.js";
import { OfficerError } from "../officer-error.js";
import { MAX_KEY_FILE_BYTES } from "./key-file-text.js";

const MODE = 0o600;

/**
 * The text of a file that only its owner may touch; the checks are made on the open file.
 * @throws OfficerError KEY_FILE_UNREADABLE, KEY_FILE_EXPOSED
 */
export function readOwnedFile(path: string): string {
  const opened = openForReading(path);
  try {
    const status = fstatSync(opened);
    if (describeExposure(path, status) !== undefined) throw new OfficerError("KEY_FILE_EXPOSED");
    if (status.size > MAX_KEY_FILE_BYTES) throw new OfficerError("KEY_FILE_UNREADABLE");
    const bytes = Buffer.alloc(status.size);
    readSync(opened, bytes, 0, bytes.length, 0);
    return bytes.toString("utf8");
  } finally {
    closeSync(opened);
  }
}

function openForReading(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new OfficerError("KEY_FILE_UNREADABLE", cause);
  }
}

/**
 * Makes a file of mode 0600, durable when this returns, or none.
 * @throws OfficerError KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE
 */
export function createOwnedFile(path: string, text: string): void {
  const opened = openExclusively(path);
  try {
    writeFileSync(opened, text);
    fsyncSync(opened);
  } catch (cause) {
    rmSync(path, { force: true });
    throw new OfficerError("KEY_FILE_UNWRITABLE", cause);
  } finally {
    closeSync(opened);
  }
}

function openExclusively(path: string): number {
  try {
    return openSync(path, "wx", MODE);
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new OfficerError(isThere ? "KEY_FILE_EXISTS" : "KEY_FILE_UNWRITABLE", cause);
  }
}

/**
 * Puts another text in a file's place: whoever reads it, or whatever fails, finds the old text or the new one.
 * @throws OfficerError KEY_FILE_EXISTS when an earlier replacement was killed (PATH.new is there), KEY_FILE_UNWRITABLE
 */
export function replaceOwnedFile(path: string, text: string): void {
  const draft = `${path}.new`;
  createOwnedFile(draft, text);
  try {
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new OfficerError("KEY_FILE_UNWRITABLE", cause);
  }
}
