import { countAuditKeys } from "./audit-key.js";
import { AUDIT_KEY_LABEL } from "./audit-public-key.js";
import { isAuditServed, readCapabilities } from "./capabilities.js";
import { createAuditKey, destroyAll, generateTokenKey } from "./create-token-keys.js";
import { ensureToken, type InitializeTokenOptions, withPin } from "./ensure-token.js";
import { isFoundingUnfinished } from "./founding-marker.js";
import { findByLabel, hasHalfObjects } from "./master-keys.js";
import { asStartError } from "./open-token.js";
import { acquireModule, type ObjectHandle, type Pkcs11Library } from "./pkcs11.js";
import {
  SEAL_KEY,
  SEAL_KEY_LABEL,
  STORAGE_MASTER_KEY,
  STORAGE_MASTER_KEY_LABEL,
  storageMasterKeyCreation,
} from "./templates.js";
import { TokenFault } from "./token-fault.js";
import { TokenInitializationError } from "./token-initialization-error.js";
import { TokenSession } from "./token-session.js";

/** What was made. */
export interface InitializedToken {
  /** Whether a free slot was initialised; false: the token was there. */
  readonly tokenCreated: boolean;
  /** The labels of the keys that were made. */
  readonly keysMade: readonly string[];
  readonly description: string;
  readonly serial: string;
}

/** One of the two master keys does not do for the other: a token with one of them only has lost something, and is left alone. */
function areMasterKeysMissing(session: TokenSession): boolean {
  const present = [STORAGE_MASTER_KEY, SEAL_KEY].map((template) => findByLabel(session, template).length > 0);
  if (present.every((isThere) => !isThere)) return true;
  if (present.every((isThere) => isThere)) return false;
  throw new TokenInitializationError("KEYS_EXIST");
}

function isAuditKeyMissing(session: TokenSession): boolean {
  const { privateKeys, publicKeys } = countAuditKeys(session);
  if (privateKeys !== publicKeys) throw new TokenInitializationError("HALF_OBJECT");
  return privateKeys === 0;
}

/** Makes the keys that are missing; the labels of those that it made. A token that could never sign does without an audit key. */
function createKeys(session: TokenSession, canAudit: boolean): readonly string[] {
  if (isFoundingUnfinished(session)) throw new TokenInitializationError("FOUNDING_UNFINISHED");
  if (hasHalfObjects(session)) throw new TokenInitializationError("HALF_OBJECT");
  const needsMasterKeys = areMasterKeysMissing(session);
  const needsAuditKey = canAudit && isAuditKeyMissing(session);
  if (!needsMasterKeys && !needsAuditKey) throw new TokenInitializationError("KEYS_EXIST");
  const made: ObjectHandle[] = [];
  try {
    if (needsMasterKeys) {
      generateTokenKey(session, storageMasterKeyCreation(), STORAGE_MASTER_KEY, made);
      generateTokenKey(session, SEAL_KEY, SEAL_KEY, made);
    }
    if (needsAuditKey) createAuditKey(session, made);
  } catch (error) {
    destroyAll(session, made);
    throw error;
  }
  return [...(needsMasterKeys ? [STORAGE_MASTER_KEY_LABEL, SEAL_KEY_LABEL] : []), ...(needsAuditKey ? [AUDIT_KEY_LABEL] : [])];
}

function initialise(library: Pkcs11Library, options: InitializeTokenOptions): InitializedToken {
  const { token, tokenCreated } = ensureToken(library, options);
  const session = new TokenSession(library, token, "readWrite");
  try {
    withPin(options.readPin, (pin) => session.login(pin));
    const keysMade = createKeys(session, isAuditServed(readCapabilities(library, token)));
    return { tokenCreated, keysMade, description: token.description, serial: token.serial };
  } finally {
    session.close();
  }
}

/**
 * Makes a token ready: initialises a free slot if there is no token of that label, then generates the storage master key, the seal key
 * and the audit key inside the token and reads their attributes back; a key that is not as asked for is destroyed. A token that has the
 * master keys gets the audit key alone. One that holds every key, one of the master keys only, or the remains of an interrupted creation
 * is left as it is.
 * @throws TokenInitializationError, TokenStartError
 */
export function initializeToken(options: InitializeTokenOptions): InitializedToken {
  const lease = acquireModule(options.modulePath, options);
  try {
    return initialise(lease.library, options);
  } catch (error) {
    const isBindingError = error instanceof Error && /^CKR_/.test(error.message);
    throw asStartError(isBindingError ? TokenFault.from(error, "C_InitToken") : error);
  } finally {
    lease.release();
  }
}
