import { findByLabel, hasAttributes } from "./master-keys.js";
import { type ObjectHandle, plainMechanism } from "./pkcs11.js";
import { AUDIT_PRIVATE_KEY, AUDIT_PUBLIC_KEY } from "./templates.js";
import type { TokenSession } from "./token-session.js";
import { TokenStartError } from "./token-start-error.js";

/** The pair that checkpoints of the audit log are signed with. */
export interface AuditKey {
  readonly privateKey: ObjectHandle;
  /** X9.62, uncompressed: 65 bytes. */
  readonly publicPoint: Buffer;
}

const POINT_LENGTH = 65;
const SIGNATURE_LENGTH = 64;
const ECDSA = plainMechanism("ECDSA");

/** How many objects of each half there are. */
export function countAuditKeys(session: TokenSession): { readonly privateKeys: number; readonly publicKeys: number } {
  return {
    privateKeys: findByLabel(session, AUDIT_PRIVATE_KEY).length,
    publicKeys: findByLabel(session, AUDIT_PUBLIC_KEY).length,
  };
}

/**
 * The token's audit key: no pair, or exactly one with exactly the attributes that pinmac gives it. That the halves belong together, the
 * engine's self-test shows.
 * @throws TokenStartError KEY_ATTRIBUTES_DRIFTED, also for half a pair or several; TokenFault
 */
export function findAuditKey(session: TokenSession): AuditKey | undefined {
  const [privateKey, ...otherPrivate] = findByLabel(session, AUDIT_PRIVATE_KEY);
  const [publicKey, ...otherPublic] = findByLabel(session, AUDIT_PUBLIC_KEY);
  if (privateKey === undefined && publicKey === undefined) return undefined;
  const isPair = privateKey !== undefined && publicKey !== undefined && otherPrivate.length + otherPublic.length === 0;
  if (!isPair) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  const isAsMade = hasAttributes(session, privateKey, AUDIT_PRIVATE_KEY) && hasAttributes(session, publicKey, AUDIT_PUBLIC_KEY);
  if (!isAsMade) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  return { privateKey, publicPoint: readPoint(session, publicKey) };
}

/** The standard wraps the point in a DER OCTET STRING; some tokens do not. */
function readPoint(session: TokenSession, publicKey: ObjectHandle): Buffer {
  const value = session.readAttributes(publicKey, ["ecPoint"]).get("ecPoint");
  if (!Buffer.isBuffer(value)) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  const isWrapped = value.length === POINT_LENGTH + 2 && value[0] === 0x04 && value[1] === POINT_LENGTH;
  const point = Buffer.from(isWrapped ? value.subarray(2) : value);
  if (point.length !== POINT_LENGTH || point[0] !== 0x04) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  return point;
}

/** ECDSA over a digest of 32 bytes, in the token; r ‖ s, 64 bytes. */
export function signAuditDigest(session: TokenSession, { privateKey }: AuditKey, digest: Buffer): Buffer {
  return session.sign(ECDSA, privateKey, digest, SIGNATURE_LENGTH);
}
