import { SecretBytes } from "../../base/index.js";
import { findRuleByCode } from "./algorithm-rules.js";
import { invalidBlock } from "./invalid-block.js";

/** The key's length in bits stands before it in two bytes (X9.143, 7.3.1). */
const LENGTH_BYTES = 2;

/**
 * The key in an authenticated payload. What follows it is padding and may be anything.
 * @param algorithm the header's code; the key must have a length of it
 * @returns a secret of its own; the payload stays the caller's to wipe
 * @throws Refusal KEY_BLOCK_INVALID
 */
export function takeKey(payload: Buffer, algorithm: string): SecretBytes {
  const bits = payload.readUInt16BE(0);
  const length = bits / 8;
  const end = LENGTH_BYTES + length;
  // No algorithm has a length that is not a whole number of bytes.
  if (findRuleByCode(algorithm)?.keyLengths.includes(length) !== true || end > payload.length) throw invalidBlock();
  const key = SecretBytes.alloc(length);
  payload.copy(key.expose(), 0, LENGTH_BYTES, end);
  return key;
}

/**
 * The payload of a key: its length, the key, and random bytes that hide how long it is among the keys of its algorithm, up to whole
 * cipher blocks.
 * @returns the caller's to wipe
 * @throws RangeError for a key that no block of that algorithm holds: a defect
 */
export function buildPayload(
  key: SecretBytes,
  algorithm: string,
  blockLength: number,
  randomBytes: (length: number) => Buffer,
): SecretBytes {
  const rule = findRuleByCode(algorithm);
  if (rule?.keyLengths.includes(key.length) !== true) throw new RangeError("A key has not a length of its algorithm.");
  const keyEnd = LENGTH_BYTES + key.length;
  const minimum = LENGTH_BYTES + (rule.obscuredLength ?? key.length);
  const payload = SecretBytes.alloc(Math.ceil(minimum / blockLength) * blockLength);
  const bytes = payload.expose();
  bytes.writeUInt16BE(key.length * 8, 0);
  key.expose().copy(bytes, LENGTH_BYTES);
  const padding = randomBytes(payload.length - keyEnd);
  if (padding.length !== payload.length - keyEnd) {
    payload.wipe();
    throw new RangeError("Random bytes are missing.");
  }
  padding.copy(bytes, keyEnd);
  padding.fill(0);
  return payload;
}
