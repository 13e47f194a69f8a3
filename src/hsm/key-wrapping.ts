import { encodeTemplate, type ObjectTemplate } from "./attributes.js";
import type { SecretKeyType } from "./cryptoki.js";
import type { OpenToken } from "./open-token.js";
import { type Mechanism, type ObjectHandle, plainMechanism } from "./pkcs11.js";
import { transientKeyAttributes, type WorkingKeyUse, workingKeyAttributes, workingKeyTemplate } from "./templates.js";
import { TokenFault } from "./token-fault.js";

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

/**
 * A published test key, wrapped: what known answers are computed with.
 * @param value no secret; the binding leaves it in the heap
 * @throws TokenFault
 */
export function createKnownPart(token: Wrapping, keyType: SecretKeyType, value: Buffer): Buffer {
  const template = encodeTemplate({ ...transientKeyAttributes(keyType), value });
  return wrapAndDestroy(token, token.session.createObject(template));
}

/** Templates that the storage master key's own template forbids. */
const FORBIDDEN_UNWRAPS: readonly ObjectTemplate[] = [{ sensitive: false }, { extractable: true }];

/**
 * Whether the token refuses to unwrap a key as readable or as extractable: the rule that the storage master key carries and that cannot
 * be read back.
 * @throws TokenFault when the session is lost
 */
export function isUnwrapRuleEnforced(token: Wrapping, keyType: SecretKeyType, wrappedPart: Buffer): boolean {
  return FORBIDDEN_UNWRAPS.every((change) => {
    const template = encodeTemplate({ ...workingKeyAttributes(keyType, "encryptAesEcb"), ...change });
    try {
      const key = token.session.unwrapKey(AES_KEY_WRAP, token.keys.storageMasterKey, wrappedPart, template);
      token.session.destroyObject(key);
      return false;
    } catch (error) {
      if (error instanceof TokenFault && error.kind === "forbidden") return true;
      throw error;
    }
  });
}
