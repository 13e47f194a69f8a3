import { encodeTemplate, type ObjectTemplate } from "./attributes.js";
import { hasAttributes } from "./master-keys.js";
import { type ObjectHandle, plainMechanism } from "./pkcs11.js";
import { AUDIT_PRIVATE_KEY, AUDIT_PUBLIC_KEY } from "./templates.js";
import type { TokenSession } from "./token-session.js";
import { TokenStartError } from "./token-start-error.js";

/**
 * Generates a key of the token's own and reads it back. Whatever was made is added to `made`, so that it can be destroyed.
 * @throws TokenStartError KEY_ATTRIBUTES_DRIFTED; TokenFault
 */
export function generateTokenKey(
  session: TokenSession,
  creation: ObjectTemplate,
  expected: ObjectTemplate,
  made: ObjectHandle[],
): void {
  const key = session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate(creation));
  made.push(key);
  if (!hasAttributes(session, key, expected)) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
}

/** Generates the audit key's pair and reads it back; as `generateTokenKey`. */
export function createAuditKey(session: TokenSession, made: ObjectHandle[]): void {
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

/** Best effort: a token that failed keeps what it has, and the next attempt says so. */
export function destroyAll(session: TokenSession, objects: readonly ObjectHandle[]): void {
  for (const object of objects) {
    try {
      session.destroyObject(object);
    } catch {
      return;
    }
  }
}
