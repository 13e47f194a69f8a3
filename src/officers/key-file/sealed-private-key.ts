import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { SecretBytes } from "../../base/index.js";
import { OfficerError } from "../officer-error.js";
import type { OfficerName } from "../officer-name.js";
import type { OfficerPublicKey } from "../officer-public-key.js";
import { deriveFileKey, SALT_LENGTH, SCRYPT_COST, type ScryptParameters } from "./scrypt-parameters.js";

/** What a key file holds: whose key, and its private half (PKCS #8) under AES-256-GCM with a key that scrypt makes of the passphrase. */
export interface SealedPrivateKey {
  readonly name: OfficerName;
  readonly publicKey: OfficerPublicKey;
  readonly scrypt: ScryptParameters;
  /** Hex: 12 bytes. */
  readonly nonce: string;
  /** Hex: as long as the PKCS #8 structure. */
  readonly ciphertext: string;
  /** Hex: 16 bytes. */
  readonly tag: string;
}

const CIPHER = "aes-256-gcm";
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

type Header = Omit<SealedPrivateKey, "ciphertext" | "tag">;

/** Everything that is not enciphered is authenticated. */
function authenticatedData({ name, publicKey, scrypt: { n, r, p, salt }, nonce }: Header): Buffer {
  return Buffer.from(JSON.stringify(["pinmac officer key v1", name, publicKey.hex, n, r, p, salt, nonce]), "utf8");
}

/** Enciphers a private key under a new salt and nonce. Both secrets stay the caller's. @param cost another one is for tests */
export function sealPrivateKey(
  owner: Pick<SealedPrivateKey, "name" | "publicKey">,
  pkcs8: SecretBytes,
  passphrase: SecretBytes,
  cost: Pick<ScryptParameters, "n" | "r" | "p"> = SCRYPT_COST,
): SealedPrivateKey {
  const scrypt = { ...cost, salt: randomBytes(SALT_LENGTH).toString("hex") };
  const header = { ...owner, scrypt, nonce: randomBytes(NONCE_LENGTH).toString("hex") };
  const key = deriveFileKey(passphrase, scrypt);
  try {
    const cipher = createCipheriv(CIPHER, key.expose(), Buffer.from(header.nonce, "hex"), { authTagLength: TAG_LENGTH });
    cipher.setAAD(authenticatedData(header));
    const ciphertext = Buffer.concat([cipher.update(pkcs8.expose()), cipher.final()]).toString("hex");
    return { ...header, ciphertext, tag: cipher.getAuthTag().toString("hex") };
  } finally {
    key.wipe();
  }
}

/**
 * Deciphers a private key: the caller's to wipe. The passphrase stays the caller's.
 * @throws OfficerError KEY_FILE_UNUSABLE, the same for a wrong passphrase and for any change of the file
 */
export function openPrivateKey(sealed: SealedPrivateKey, passphrase: SecretBytes): SecretBytes {
  const key = deriveFileKey(passphrase, sealed.scrypt);
  try {
    const decipher = createDecipheriv(CIPHER, key.expose(), Buffer.from(sealed.nonce, "hex"), { authTagLength: TAG_LENGTH });
    decipher.setAAD(authenticatedData(sealed));
    decipher.setAuthTag(Buffer.from(sealed.tag, "hex"));
    return finish(decipher, SecretBytes.take(decipher.update(Buffer.from(sealed.ciphertext, "hex"))));
  } finally {
    key.wipe();
  }
}

/** What was deciphered counts for nothing before the tag is checked. */
function finish(decipher: { final(): Buffer }, pkcs8: SecretBytes): SecretBytes {
  try {
    decipher.final();
    return pkcs8;
  } catch (cause) {
    pkcs8.wipe();
    throw new OfficerError("KEY_FILE_UNUSABLE", cause);
  }
}
