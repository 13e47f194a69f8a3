// Loads no PKCS#11 module: the front, which never does, needs it too.
import { createPublicKey, type KeyObject } from "node:crypto";

/** The label of both halves of the audit key in the token. */
export const AUDIT_KEY_LABEL = "pinmac-audit-key";

/** SubjectPublicKeyInfo of a key on P-256 (RFC 5480), up to the point. */
const SPKI_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

/**
 * The public key of a point on P-256.
 * @throws Error when it is none
 */
export function auditPublicKeyOf(publicPoint: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicPoint]), format: "der", type: "spki" });
}
