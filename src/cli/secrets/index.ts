/**
 * Secrets that come from files: the token PIN and, in development, clear keys. Only files that nobody else may touch are read,
 * into wiped Buffers, never into strings. The commands call it.
 */
export { decodeHex, readHexFile } from "./hex-file.js";
export { readOwnerOnlyFile } from "./owner-only-file.js";
export { MAX_PIN_LENGTH, readPinFile } from "./pin-file.js";
