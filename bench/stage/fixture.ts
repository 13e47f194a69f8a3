import { createCipheriv } from "node:crypto";

/** Clear keys, PIN block and PAN of the measurement. They protect nothing. */
export const SOURCE_KEY = Buffer.from("0123456789abcdeffedcba9876543210", "hex");
export const TARGET_KEY = Buffer.from("89abcdef01234567133457799bbcdff1", "hex");
export const PAN = "4012345678909";

/** PIN 1234 in ISO 9564-1 format 0 for `PAN`: 041234FFFFFFFFFF xor 0000401234567890. */
export const CLEAR_PIN_BLOCK = Buffer.from("041274edcba9876f", "hex");

/** The PIN block as it arrives: enciphered under the source key. */
export const PIN_BLOCK = encipher(SOURCE_KEY);
/** The PIN block as it must leave. */
export const TRANSLATED_PIN_BLOCK = encipher(TARGET_KEY);

function encipher(key: Buffer): Buffer {
  return createCipheriv("des-ede-ecb", key, null).setAutoPadding(false).update(CLEAR_PIN_BLOCK);
}
