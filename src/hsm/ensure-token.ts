import type { SecretBytes } from "../base/index.js";
import { FLAGS } from "./cryptoki.js";
import { type FoundToken, findToken, findTokens } from "./find-token.js";
import type { Pkcs11Library } from "./pkcs11.js";
import { TokenInitializationError } from "./token-initialization-error.js";
import type { TokenAddress } from "./token-options.js";
import { TokenSession } from "./token-session.js";

/** Which token to make ready, and its PINs. Every PIN that is read is wiped here. */
export interface InitializeTokenOptions extends TokenAddress {
  readonly readPin: () => SecretBytes;
  /** Of the security officer. Needed only when there is no token of that label yet: then a free slot gets one. */
  readonly readSecurityOfficerPin?: () => SecretBytes;
}

/** A token label is 32 bytes, padded with blanks. */
const LABEL_LENGTH = 32;

/** Work with a PIN that is wiped after it. */
export function withPin<Result>(readPin: () => SecretBytes, work: (pin: SecretBytes) => Result): Result {
  const pin = readPin();
  try {
    return work(pin);
  } finally {
    pin.wipe();
  }
}

function withSecurityOfficerPin(options: InitializeTokenOptions, work: (pin: SecretBytes) => void): void {
  if (options.readSecurityOfficerPin === undefined) throw new TokenInitializationError("SO_PIN_REQUIRED");
  withPin(options.readSecurityOfficerPin, work);
}

function createToken(library: Pkcs11Library, options: InitializeTokenOptions, securityOfficerPin: SecretBytes): void {
  if (Buffer.byteLength(options.tokenLabel) > LABEL_LENGTH) throw new RangeError("A token label has at most 32 bytes.");
  const slot = library
    .C_GetSlotList(true)
    .find((candidate) => (library.C_GetTokenInfo(candidate).flags & FLAGS.TOKEN_INITIALIZED) === 0);
  if (slot === undefined) throw new TokenInitializationError("NO_FREE_SLOT");
  library.C_InitToken(slot, securityOfficerPin.expose().toString("utf8"), options.tokenLabel.padEnd(LABEL_LENGTH));
}

function setUserPin(library: Pkcs11Library, options: InitializeTokenOptions, securityOfficerPin: SecretBytes): void {
  const session = new TokenSession(library, findToken(library, options), "readWrite");
  try {
    session.login(securityOfficerPin, "SECURITY_OFFICER");
    withPin(options.readPin, (pin) => session.initialisePin(pin));
    session.logout();
  } finally {
    session.close();
  }
}

/**
 * A token with a user PIN: the one that is there, or a new one in a free slot, or one whose initialisation was interrupted before it had a PIN.
 * @throws TokenInitializationError SO_PIN_REQUIRED, NO_FREE_SLOT; TokenStartError; what the binding throws
 */
export function ensureToken(
  library: Pkcs11Library,
  options: InitializeTokenOptions,
): { token: FoundToken; tokenCreated: boolean } {
  const tokenCreated = findTokens(library, options).length === 0;
  if (tokenCreated || !findToken(library, options).isUserPinSet) {
    withSecurityOfficerPin(options, (securityOfficerPin) => {
      if (tokenCreated) createToken(library, options, securityOfficerPin);
      setUserPin(library, options, securityOfficerPin);
    });
  }
  return { token: findToken(library, options), tokenCreated };
}
