import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { SecretBytes } from "../../base/index.js";
import { LaneStartError } from "./lane-failure.js";

/** In bytes; far more than any token takes. */
const MAX_PIN_FILE_LENGTH = 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The token PIN: the file's bytes without one line end. The file must be a regular one (links to one are followed) that nobody but its
 * owner can read or write. The caller wipes the PIN.
 * @throws LaneStartError PIN_FILE_UNREADABLE, PIN_FILE_EXPOSED
 */
export function readPinFile(path: string): SecretBytes {
  const file = openPinFile(path);
  try {
    const { mode, size } = checkPinFile(file);
    if ((mode & 0o077) !== 0) throw new LaneStartError("PIN_FILE_EXPOSED");
    // Outside of V8's heap, where wiping reaches every copy.
    const bytes = SecretBytes.alloc(size).expose();
    try {
      if (readSync(file, bytes, 0, size, 0) !== size) throw new LaneStartError("PIN_FILE_UNREADABLE");
      return takePin(bytes);
    } finally {
      bytes.fill(0);
    }
  } finally {
    closeSync(file);
  }
}

function openPinFile(path: string): number {
  try {
    // Non-blocking: a named pipe without a writer would hold the lane up for ever.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    throw new LaneStartError("PIN_FILE_UNREADABLE");
  }
}

/** The open file's mode and size, so that what is checked is what is read. */
function checkPinFile(file: number): { readonly mode: number; readonly size: number } {
  const status = fstatSync(file);
  if (!status.isFile() || status.size === 0 || status.size > MAX_PIN_FILE_LENGTH)
    throw new LaneStartError("PIN_FILE_UNREADABLE");
  return status;
}

function takePin(bytes: Buffer): SecretBytes {
  let end = bytes.length;
  if (bytes[end - 1] === LINE_FEED) end -= 1;
  if (bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
  if (end <= 0) throw new LaneStartError("PIN_FILE_UNREADABLE");
  return SecretBytes.take(bytes.subarray(0, end));
}
