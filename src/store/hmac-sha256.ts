import { createHmac, hash } from "node:crypto";
import { SecretBytes } from "../base/index.js";

/** Of SHA-256, in bytes: FIPS 180-4. */
const BLOCK_LENGTH = 64;
const DIGEST_LENGTH = 32;

const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** Longer messages are rare: the digests of two whole ISO 8583 messages with all the rest of a request have room. */
const MAX_MESSAGE_LENGTH = 8_192;

/** A padded key and what is hashed behind it. Nothing waits while it is in use, so that one serves all; it is wiped after each use. */
const work = SecretBytes.alloc(BLOCK_LENGTH + MAX_MESSAGE_LENGTH);

/**
 * HMAC-SHA-256 (RFC 2104, 2) out of two plain hashes. An HMAC object of Node's costs three times as much, and the garbage collector again:
 * several are made of every request that is recorded.
 * @param secret at most 64 bytes @param parts the message, in pieces; text as UTF-8
 * @returns 32 bytes in hex
 */
export function hmacSha256(secret: SecretBytes, ...parts: readonly (string | Buffer)[]): string {
  if (secret.length > BLOCK_LENGTH) throw new RangeError("a secret is at most 64 bytes");
  const length = parts.reduce((sum, part) => sum + lengthOf(part), 0);
  if (length > MAX_MESSAGE_LENGTH) return hmacOfLong(secret, parts);
  const bytes = work.expose();
  try {
    padKey(secret, INNER_PAD);
    let end = BLOCK_LENGTH;
    for (const part of parts) end += typeof part === "string" ? bytes.write(part, end, "utf8") : part.copy(bytes, end);
    const inner = hash("sha256", bytes.subarray(0, end), "binary");
    padKey(secret, OUTER_PAD);
    bytes.write(inner, BLOCK_LENGTH, "latin1");
    return hash("sha256", bytes.subarray(0, BLOCK_LENGTH + DIGEST_LENGTH), "hex");
  } finally {
    bytes.fill(0, 0, BLOCK_LENGTH + Math.max(length, DIGEST_LENGTH));
  }
}

function padKey(secret: SecretBytes, pad: number): void {
  const bytes = work.expose();
  const key = secret.expose();
  for (let index = 0; index < key.length; index += 1) bytes[index] = (key[index] ?? 0) ^ pad;
  bytes.fill(pad, key.length, BLOCK_LENGTH);
}

function hmacOfLong(secret: SecretBytes, parts: readonly (string | Buffer)[]): string {
  const hmac = createHmac("sha256", secret.expose());
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function lengthOf(part: string | Buffer): number {
  return typeof part === "string" ? Buffer.byteLength(part, "utf8") : part.length;
}
