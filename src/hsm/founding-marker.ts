import { encodeTemplate, type ObjectTemplate } from "./attributes.js";
import { OBJECT_CLASSES } from "./cryptoki.js";
import { findByLabel } from "./master-keys.js";
import type { ObjectHandle } from "./pkcs11.js";
import type { TokenSession } from "./token-session.js";

/** The label of the object that says: this token's founding is not finished. */
export const FOUNDING_MARKER_LABEL = "pinmac-unfinished-founding";

/** A data object; its value is the digest of the ceremony's plan, for whoever finds it. */
export const FOUNDING_MARKER = {
  class: OBJECT_CLASSES.DATA,
  token: true,
  private: true,
  label: FOUNDING_MARKER_LABEL,
} as const satisfies ObjectTemplate;

/**
 * Marks the token before its first key is made. Nobody opens a marked token: whatever a killed founding left is never used.
 * @throws TokenFault
 */
export function markFounding(session: TokenSession, planDigest: Buffer): void {
  session.createObject(encodeTemplate({ ...FOUNDING_MARKER, value: planDigest }));
}

/** The marks on the token; one, or none. */
export function findFoundingMarkers(session: TokenSession): readonly ObjectHandle[] {
  return findByLabel(session, FOUNDING_MARKER);
}

/** Whether a founding was begun on this token and not finished. @throws TokenFault */
export function isFoundingUnfinished(session: TokenSession): boolean {
  return findFoundingMarkers(session).length > 0;
}
