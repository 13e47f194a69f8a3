import { SecretBytes } from "../../base/index.js";
import type { HsmProfile } from "../config/index.js";
import { MAX_PIN_LENGTH, readPinFile } from "../secrets/index.js";
import { promptHidden } from "../terminal/index.js";

/** A PIN that may be presented several times: whoever presents it gets a copy and wipes that. */
export class TokenPin {
  readonly #pin: SecretBytes;

  constructor(pin: SecretBytes) {
    this.#pin = pin;
  }

  /** A copy, to be wiped by the one who asked. */
  readonly read = (): SecretBytes => {
    const copy = SecretBytes.alloc(this.#pin.length);
    this.#pin.expose().copy(copy.expose());
    return copy;
  };

  wipe(): void {
    this.#pin.wipe();
  }
}

/**
 * The token PIN: from `--pin-file`, else the profile's pinFile, else asked on the terminal. The caller wipes it.
 * @throws ConfigurationError, Aborted
 */
export async function obtainTokenPin(profile: HsmProfile, pinFile: string | undefined): Promise<TokenPin> {
  return obtainPin(pinFile ?? profile.pinFile, `PIN of token ${profile.tokenLabel}: `);
}

/** A PIN from the file, or asked on the terminal when there is none. @throws ConfigurationError, Aborted */
export async function obtainPin(file: string | undefined, question: string): Promise<TokenPin> {
  return new TokenPin(file === undefined ? await promptHidden(question, MAX_PIN_LENGTH) : readPinFile(file));
}
