import { type AuditKey, findAuditKey } from "./audit-key.js";
import { assertRequiredMechanisms, readCapabilities, type TokenCapabilities } from "./capabilities.js";
import { type FoundToken, findToken } from "./find-token.js";
import { isFoundingUnfinished } from "./founding-marker.js";
import { findMasterKeys, type MasterKeys } from "./master-keys.js";
import { acquireModule, type Pkcs11Library } from "./pkcs11.js";
import { TokenFault } from "./token-fault.js";
import type { TokenOptions } from "./token-options.js";
import { TokenSession } from "./token-session.js";
import { TokenStartError } from "./token-start-error.js";

/** A token, logged in, with its keys found and checked. */
export interface OpenToken {
  readonly session: TokenSession;
  readonly keys: MasterKeys;
  /** Not there: the token cannot sign checkpoints. */
  readonly auditKey?: AuditKey;
  readonly token: FoundToken;
  readonly capabilities: TokenCapabilities;
  /** Closes the session and lets go of the module. May be called twice. */
  close(): void;
}

/** Everything that opening may throw, as a TokenStartError. */
export function asStartError(error: unknown): unknown {
  return error instanceof TokenFault ? new TokenStartError("TOKEN_FAULT", error) : error;
}

function logIn(session: TokenSession, options: TokenOptions, token: FoundToken): void {
  // One more try would be counted against a PIN that is locked anyway.
  if (token.isUserPinLocked) throw new TokenStartError("PIN_LOCKED");
  const pin = options.readPin();
  try {
    session.login(pin);
  } finally {
    pin.wipe();
  }
}

function openSession(library: Pkcs11Library, options: TokenOptions): Omit<OpenToken, "close"> {
  const token = findToken(library, options);
  if (options.environment === "production" && token.isSoftware) throw new TokenStartError("SOFTWARE_TOKEN_IN_PRODUCTION");
  const capabilities = readCapabilities(library, token);
  assertRequiredMechanisms(capabilities);
  const session = new TokenSession(library, token, "readOnly");
  try {
    logIn(session, options, token);
    if (isFoundingUnfinished(session)) throw new TokenStartError("FOUNDING_UNFINISHED");
    const keys = findMasterKeys(session);
    const auditKey = findAuditKey(session);
    return { session, keys, token, capabilities, ...(auditKey && { auditKey }) };
  } catch (error) {
    session.close();
    throw error;
  }
}

/**
 * Opens a token: loads the module, finds the one token, refuses a software token in production, logs in, finds and checks the master
 * keys. The session cannot create token objects.
 * @throws TokenStartError
 */
export function openToken(options: TokenOptions): OpenToken {
  const lease = acquireModule(options.modulePath, options);
  try {
    const opened = openSession(lease.library, options);
    return {
      ...opened,
      close: () => {
        opened.session.close();
        lease.release();
      },
    };
  } catch (error) {
    lease.release();
    throw asStartError(error);
  }
}
