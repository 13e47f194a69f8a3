import { DES_KEY_BITS, isSameKey } from "./same-key.js";

/** The 4 weak and 12 semi-weak keys of DES (NIST SP 800-67, 3.3.2; FIPS 74), with odd parity. */
const WEAK_DES_KEYS: readonly Buffer[] = [
  "0101010101010101",
  "FEFEFEFEFEFEFEFE",
  "E0E0E0E0F1F1F1F1",
  "1F1F1F1F0E0E0E0E",
  "01FE01FE01FE01FE",
  "FE01FE01FE01FE01",
  "1FE01FE00EF10EF1",
  "E01FE01FF10EF10E",
  "01E001E001F101F1",
  "E001E001F101F101",
  "1FFE1FFE0EFE0EFE",
  "FE1FFE1FFE0EFE0E",
  "011F011F010E010E",
  "1F011F010E010E01",
  "E0FEE0FEF1FEF1FE",
  "FEE0FEE0FEF1FEF1",
].map((hex) => Buffer.from(hex, "hex"));

/** Whether an 8-byte DES key is weak or semi-weak, whatever its parity bits. The zero key is one of them. */
export function isWeakDesKey(key: Buffer): boolean {
  return WEAK_DES_KEYS.some((weak) => isSameKey(key, weak, DES_KEY_BITS));
}
