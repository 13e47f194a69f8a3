import { encodeTemplate } from "./attributes.js";
import { findToken } from "./find-token.js";
import { findByLabel, hasAttributes } from "./master-keys.js";
import { asStartError } from "./open-token.js";
import { acquireModule, type ObjectHandle, plainMechanism } from "./pkcs11.js";
import { officerPrivateKey, officerPublicKey } from "./templates.js";
import { TokenInitializationError } from "./token-initialization-error.js";
import type { TokenAddress, TokenOptions } from "./token-options.js";
import { TokenSession } from "./token-session.js";
import { TokenStartError } from "./token-start-error.js";

/** An officer's own token, and the label of their key on it. */
export interface OfficerTokenOptions extends TokenAddress, Pick<TokenOptions, "readPin"> {
  readonly keyLabel: string;
}

/** An officer's key on a token of their own, logged in. It signs there; the private half never leaves it. */
export interface OfficerToken {
  /** Of the Ed25519 key: 32 bytes. */
  readonly publicKey: Buffer;
  readonly serial: string;
  /** Ed25519 over `message` (CKM_EDDSA): 64 bytes. @throws TokenFault */
  sign(message: Buffer): Buffer;
  /** Logs out by closing the session. May be called twice. */
  close(): void;
}

interface OfficerKeyPair {
  readonly privateKey: ObjectHandle;
  readonly publicKey: ObjectHandle;
}

const EDDSA = plainMechanism("EDDSA");
const KEY_LENGTH = 32;
const SIGNATURE_LENGTH = 64;

/**
 * Opens an officer's key: exactly one pair of that label, with exactly the attributes that pinmac gives one.
 * @throws TokenStartError, KEYS_MISSING when there is not exactly one pair, KEY_ATTRIBUTES_DRIFTED
 */
export function openOfficerToken(options: OfficerTokenOptions): OfficerToken {
  return withSession(options, "readOnly", (session) => {
    const [privateKey, ...otherPrivate] = findByLabel(session, officerPrivateKey(options.keyLabel));
    const [publicKey, ...otherPublic] = findByLabel(session, officerPublicKey(options.keyLabel));
    if (privateKey === undefined || publicKey === undefined || otherPrivate.length + otherPublic.length > 0) {
      throw new TokenStartError("KEYS_MISSING");
    }
    return checkedPair(session, { privateKey, publicKey }, options.keyLabel);
  });
}

/**
 * Makes an officer's key inside their token, not extractable, and opens it. A key that is not as asked for is destroyed.
 * @throws TokenInitializationError KEYS_EXIST when anything has that label already; TokenStartError
 */
export function createOfficerTokenKey(options: OfficerTokenOptions): OfficerToken {
  const { keyLabel } = options;
  return withSession(options, "readWrite", (session) => {
    if (session.findObjects({ label: keyLabel }, 1).length > 0) throw new TokenInitializationError("KEYS_EXIST");
    const pair = session.generateKeyPair(
      plainMechanism("EC_EDWARDS_KEY_PAIR_GEN"),
      encodeTemplate(officerPublicKey(keyLabel)),
      encodeTemplate(officerPrivateKey(keyLabel)),
    );
    try {
      return checkedPair(session, pair, keyLabel);
    } catch (error) {
      for (const object of [pair.privateKey, pair.publicKey]) session.destroyObject(object);
      throw error;
    }
  });
}

function withSession(
  options: OfficerTokenOptions,
  access: "readOnly" | "readWrite",
  open: (session: TokenSession) => Pick<OfficerToken, "publicKey" | "sign">,
): OfficerToken {
  const lease = acquireModule(options.modulePath, options);
  let session: TokenSession | undefined;
  const close = () => {
    session?.close();
    lease.release();
  };
  try {
    const token = findToken(lease.library, options);
    if (token.isUserPinLocked) throw new TokenStartError("PIN_LOCKED");
    session = new TokenSession(lease.library, token, access);
    logIn(session, options);
    return { ...open(session), serial: token.serial, close };
  } catch (error) {
    close();
    throw asStartError(error);
  }
}

function logIn(session: TokenSession, { readPin }: OfficerTokenOptions): void {
  const pin = readPin();
  try {
    session.login(pin);
  } finally {
    pin.wipe();
  }
}

function checkedPair(session: TokenSession, pair: OfficerKeyPair, label: string): Pick<OfficerToken, "publicKey" | "sign"> {
  const isAsMade =
    hasAttributes(session, pair.privateKey, officerPrivateKey(label)) &&
    hasAttributes(session, pair.publicKey, officerPublicKey(label));
  if (!isAsMade) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  return {
    publicKey: readRawPoint(session, pair.publicKey),
    sign: (message) => session.sign(EDDSA, pair.privateKey, message, SIGNATURE_LENGTH),
  };
}

/** The standard wraps the 32 bytes in a DER OCTET STRING; some tokens do not. */
function readRawPoint(session: TokenSession, publicKey: ObjectHandle): Buffer {
  const value = session.readAttributes(publicKey, ["ecPoint"]).get("ecPoint");
  if (!Buffer.isBuffer(value)) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  const isWrapped = value.length === KEY_LENGTH + 2 && value[0] === 0x04 && value[1] === KEY_LENGTH;
  const point = Buffer.from(isWrapped ? value.subarray(2) : value);
  if (point.length !== KEY_LENGTH) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  return point;
}
