import { createPrivateKey, createPublicKey, type KeyObject, randomFillSync } from "node:crypto";
import { SecretBytes } from "../../base/index.js";
import { OfficerError } from "../officer-error.js";
import { OfficerPublicKey } from "../officer-public-key.js";

/** OneAsymmetricKey of an Ed25519 key (RFC 8410, 7), up to the 32 bytes of the seed. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SEED_LENGTH = 32;
const RAW_PUBLIC_KEY_LENGTH = 32;

/**
 * A new private key as PKCS #8 (DER), the caller's to wipe. It is made here rather than by `generateKeyPair`, so that no buffer holds it
 * that cannot be wiped.
 */
export function generatePkcs8(): SecretBytes {
  const pkcs8 = SecretBytes.alloc(PKCS8_PREFIX.length + SEED_LENGTH);
  PKCS8_PREFIX.copy(pkcs8.expose());
  randomFillSync(pkcs8.expose(), PKCS8_PREFIX.length);
  return pkcs8;
}

/**
 * The key that can sign. OpenSSL keeps its own copy of the private half until the object is collected.
 * @throws OfficerError KEY_FILE_UNUSABLE when it is no Ed25519 key
 */
export function importPkcs8(pkcs8: SecretBytes): KeyObject {
  if (!pkcs8.expose().subarray(0, PKCS8_PREFIX.length).equals(PKCS8_PREFIX)) throw new OfficerError("KEY_FILE_UNUSABLE");
  return createPrivateKey({ key: pkcs8.expose(), format: "der", type: "pkcs8" });
}

/** The public half of a private key. */
export function publicKeyOf(privateKey: KeyObject): OfficerPublicKey {
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return OfficerPublicKey.parse(der.subarray(-RAW_PUBLIC_KEY_LENGTH).toString("hex"));
}
