import { createHmac } from "node:crypto";
import type { SecretBytes } from "../../base/index.js";

/**
 * The digest by which a budget knows its subject: HMAC-SHA-256 over the parts, each with its length before it, so that no two lists of parts
 * give one message. Without the secret a PAN cannot be found by trying.
 * @param secret 32 bytes, from `loadBudgetSecret` @param parts what names the subject; text as UTF-8 @returns 32 bytes
 */
export function budgetKey(secret: SecretBytes, ...parts: readonly (string | Buffer)[]): Buffer {
  const hmac = createHmac("sha256", secret.expose());
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part, "utf8") : part;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac.digest();
}
