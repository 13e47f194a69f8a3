import type { SecretBytes } from "../base/index.js";
import { encodeTemplate, type ObjectTemplate } from "./attributes.js";
import { countAuditKeys } from "./audit-key.js";
import { AUDIT_KEY_LABEL } from "./audit-public-key.js";
import { isAuditServed, readCapabilities } from "./capabilities.js";
import { FLAGS } from "./cryptoki.js";
import { type FoundToken, findToken, findTokens } from "./find-token.js";
import { findByLabel, hasAttributes, hasHalfObjects } from "./master-keys.js";
import { asStartError } from "./open-token.js";
import { acquireModule, type ObjectHandle, type Pkcs11Library, plainMechanism } from "./pkcs11.js";
import {
  AUDIT_PRIVATE_KEY,
  AUDIT_PUBLIC_KEY,
  SEAL_KEY,
  SEAL_KEY_LABEL,
  STORAGE_MASTER_KEY,
  STORAGE_MASTER_KEY_LABEL,
  storageMasterKeyCreation,
} from "./templates.js";
import { TokenFault } from "./token-fault.js";
import { TokenInitializationError } from "./token-initialization-error.js";
import type { TokenAddress } from "./token-options.js";
import { TokenSession } from "./token-session.js";
import { TokenStartError } from "./token-start-error.js";

/** Which token to make ready, and its PINs. Every PIN that is read is wiped here. */
export interface InitializeTokenOptions extends TokenAddress {
  readonly readPin: () => SecretBytes;
  /** Of the security officer. Needed only when there is no token of that label yet: then a free slot gets one. */
  readonly readSecurityOfficerPin?: () => SecretBytes;
}

/** What was made. */
export interface InitializedToken {
  /** Whether a free slot was initialised; false: the token was there. */
  readonly tokenCreated: boolean;
  /** The labels of the keys that were made. */
  readonly keysMade: readonly string[];
  readonly description: string;
  readonly serial: string;
}

/** A token label is 32 bytes, padded with blanks. */
const LABEL_LENGTH = 32;

function withPin<Result>(readPin: () => SecretBytes, work: (pin: SecretBytes) => Result): Result {
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

/** A token with a user PIN: the one that is there, or a new one, or one whose initialisation was interrupted before it had a PIN. */
function ensureToken(library: Pkcs11Library, options: InitializeTokenOptions): { token: FoundToken; tokenCreated: boolean } {
  const tokenCreated = findTokens(library, options).length === 0;
  if (tokenCreated || !findToken(library, options).isUserPinSet) {
    withSecurityOfficerPin(options, (securityOfficerPin) => {
      if (tokenCreated) createToken(library, options, securityOfficerPin);
      setUserPin(library, options, securityOfficerPin);
    });
  }
  return { token: findToken(library, options), tokenCreated };
}

/** Generates a token key and reads it back. Whatever was made is added to `made`, so that it can be destroyed. */
function createKey(session: TokenSession, creation: ObjectTemplate, expected: ObjectTemplate, made: ObjectHandle[]): void {
  const key = session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate(creation));
  made.push(key);
  if (!hasAttributes(session, key, expected)) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
}

function createAuditKey(session: TokenSession, made: ObjectHandle[]): void {
  const pair = session.generateKeyPair(
    plainMechanism("EC_KEY_PAIR_GEN"),
    encodeTemplate(AUDIT_PUBLIC_KEY),
    encodeTemplate(AUDIT_PRIVATE_KEY),
  );
  made.push(pair.privateKey, pair.publicKey);
  const isAsAsked =
    hasAttributes(session, pair.privateKey, AUDIT_PRIVATE_KEY) && hasAttributes(session, pair.publicKey, AUDIT_PUBLIC_KEY);
  if (!isAsAsked) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
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
  if (hasHalfObjects(session)) throw new TokenInitializationError("HALF_OBJECT");
  const needsMasterKeys = areMasterKeysMissing(session);
  const needsAuditKey = canAudit && isAuditKeyMissing(session);
  if (!needsMasterKeys && !needsAuditKey) throw new TokenInitializationError("KEYS_EXIST");
  const made: ObjectHandle[] = [];
  try {
    if (needsMasterKeys) {
      createKey(session, storageMasterKeyCreation(), STORAGE_MASTER_KEY, made);
      createKey(session, SEAL_KEY, SEAL_KEY, made);
    }
    if (needsAuditKey) createAuditKey(session, made);
  } catch (error) {
    destroyAll(session, made);
    throw error;
  }
  return [...(needsMasterKeys ? [STORAGE_MASTER_KEY_LABEL, SEAL_KEY_LABEL] : []), ...(needsAuditKey ? [AUDIT_KEY_LABEL] : [])];
}

/** Best effort: a token that failed keeps what it has, and the next attempt says so. */
function destroyAll(session: TokenSession, objects: readonly ObjectHandle[]): void {
  for (const object of objects) {
    try {
      session.destroyObject(object);
    } catch {
      return;
    }
  }
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
