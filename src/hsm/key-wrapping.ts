import { encodeTemplate } from "./attributes.js";
import type { SecretKeyType } from "./cryptoki.js";
import type { OpenToken } from "./open-token.js";
import { type Mechanism, type ObjectHandle, plainMechanism } from "./pkcs11.js";
import { transientKeyAttributes, type WorkingKeyUse, workingKeyTemplate } from "./templates.js";

const AES_KEY_WRAP = plainMechanism("AES_KEY_WRAP");

const GENERATION: Readonly<Record<SecretKeyType, Mechanism>> = {
  AES: plainMechanism("AES_KEY_GEN"),
  DES2: plainMechanism("DES2_KEY_GEN"),
  DES3: plainMechanism("DES3_KEY_GEN"),
  GENERIC_SECRET: plainMechanism("GENERIC_SECRET_KEY_GEN"),
};

type Wrapping = Pick<OpenToken, "session" | "keys">;

/**
 * Unwraps a part for one use: a sensitive, non-extractable session key.
 * @returns its handle, the caller's to destroy
 * @throws TokenFault
 */
export function unwrapPart(token: Wrapping, keyType: SecretKeyType, use: WorkingKeyUse, wrappedPart: Buffer): ObjectHandle {
  return token.session.unwrapKey(AES_KEY_WRAP, token.keys.storageMasterKey, wrappedPart, workingKeyTemplate(keyType, use));
}

/** Wraps a transient key under the storage master key and destroys it, also when that fails. @throws TokenFault */
export function wrapAndDestroy(token: Wrapping, key: ObjectHandle): Buffer {
  try {
    return token.session.wrapKey(AES_KEY_WRAP, token.keys.storageMasterKey, key);
  } finally {
    if (!token.session.isBroken) token.session.destroyObject(key);
  }
}

/**
 * A random key, generated inside the token and wrapped there: it never leaves it in clear. DES keys get odd parity.
 * @param length in bytes
 * @throws TokenFault
 */
export function generateWrappedKey(token: Wrapping, keyType: SecretKeyType, length: number): Buffer {
  // The length of a DES key is its type.
  const hasLength = keyType === "AES" || keyType === "GENERIC_SECRET";
  const template = { ...transientKeyAttributes(keyType), ...(hasLength && { valueLength: length }) };
  return wrapAndDestroy(token, token.session.generateKey(GENERATION[keyType], encodeTemplate(template)));
}
