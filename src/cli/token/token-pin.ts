import type { SecretBytes } from "../../base/index.js";
import type { HsmProfile } from "../config/index.js";
import { MAX_PIN_LENGTH, readPinFile } from "../secrets/index.js";
import { promptHidden } from "../terminal/index.js";

/**
 * The token PIN: from `--pin-file`, else the profile's pinFile, else asked on the terminal. The caller wipes it.
 * @throws ConfigurationError, Aborted
 */
export async function obtainTokenPin(profile: HsmProfile, pinFile: string | undefined): Promise<SecretBytes> {
  const file = pinFile ?? profile.pinFile;
  if (file !== undefined) return readPinFile(file);
  return promptHidden(`PIN of token ${profile.tokenLabel}: `, MAX_PIN_LENGTH);
}
