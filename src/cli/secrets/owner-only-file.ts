import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { describeExposure, SecretBytes } from "../../base/index.js";
import { ConfigurationError } from "../errors/configuration-error.js";

/**
 * The bytes of a secret file, in an exact-size Buffer that the caller wipes. The checks are made on the open file.
 * @param most the largest size taken, in bytes
 * @throws ConfigurationError when the file is missing, exposed, empty or too large
 */
export function readOwnerOnlyFile(file: string, most: number): Buffer {
  const opened = openForReading(file);
  try {
    const status = fstatSync(opened);
    const exposure = describeExposure(file, status);
    if (exposure !== undefined) throw new ConfigurationError(exposure);
    if (status.size === 0 || status.size > most) throw new ConfigurationError(`${file}: must have 1 to ${most} bytes.`);
    // Outside of V8's heap, where wiping reaches every copy.
    const bytes = SecretBytes.alloc(status.size).expose();
    if (readSync(opened, bytes, 0, bytes.length, 0) === bytes.length) return bytes;
    bytes.fill(0);
    throw new ConfigurationError(`${file}: changed while it was read.`);
  } finally {
    closeSync(opened);
  }
}

function openForReading(file: string): number {
  try {
    return openSync(file, "r");
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`);
  }
}
