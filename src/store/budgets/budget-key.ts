import { createHmac } from "node:crypto";
import type { SecretBytes } from "../../base/index.js";

/** Before each part. */
const LENGTH_BYTES = 4;

/**
 * The digest by which a budget knows its subject: HMAC-SHA-256 over the parts, each with its length before it, so that no two lists of parts
 * give one message. Without the secret a PAN cannot be found by trying.
 * @param secret 32 bytes, from `loadBudgetSecret` @param parts what names the subject; text as UTF-8 @returns 32 bytes
 */
export function budgetKey(secret: SecretBytes, ...parts: readonly (string | Buffer)[]): Buffer {
  return createHmac("sha256", secret.expose()).update(withLengths(parts)).digest();
}

/** The message in one piece: a call of an HMAC object costs more than what it is given here. */
function withLengths(parts: readonly (string | Buffer)[]): Buffer {
  const lengths = parts.map((part) => (typeof part === "string" ? Buffer.byteLength(part, "utf8") : part.length));
  const message = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0));
  let offset = 0;
  parts.forEach((part, index) => {
    offset = message.writeUInt32BE(lengths[index] ?? 0, offset);
    offset += typeof part === "string" ? message.write(part, offset, "utf8") : part.copy(message, offset);
  });
  return message;
}
