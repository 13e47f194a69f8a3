import type { SecretBytes } from "../../base/index.js";
import { OfficerError } from "../officer-error.js";

/** In bytes. */
export const PASSPHRASE_LENGTHS = { least: 12, most: 256 } as const;

const FIRST_PRINTABLE = 0x20;
const DELETE = 0x7f;

/**
 * Refuses a passphrase that is too short, too long, or has control characters, which one terminal sends and another does not.
 * @throws OfficerError PASSPHRASE_INVALID
 */
export function checkPassphrase(passphrase: SecretBytes): void {
  const { least, most } = PASSPHRASE_LENGTHS;
  const isOfPrintables = passphrase.expose().every((byte) => byte >= FIRST_PRINTABLE && byte !== DELETE);
  if (passphrase.length < least || passphrase.length > most || !isOfPrintables) throw new OfficerError("PASSPHRASE_INVALID");
}
