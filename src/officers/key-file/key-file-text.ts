import { z } from "zod";
import { OfficerError } from "../officer-error.js";
import { parseOfficerName } from "../officer-name.js";
import { OfficerPublicKey } from "../officer-public-key.js";
import { SALT_LENGTH, SCRYPT_BOUNDS } from "./scrypt-parameters.js";
import type { SealedPrivateKey } from "./sealed-private-key.js";

const FORMAT = "pinmac officer key v1";

/** No key file is larger. */
export const MAX_KEY_FILE_BYTES = 4_096;

/** Of an Ed25519 private key: RFC 8410, 7. */
export const PKCS8_LENGTH = 48;

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const { n, r, p } = SCRYPT_BOUNDS;
const schema = z.strictObject({
  format: z.literal(FORMAT),
  name: z.string(),
  publicKey: z.string(),
  scrypt: z.strictObject({
    n: z
      .int()
      .min(n.least)
      .max(n.most)
      .refine((cost) => (cost & (cost - 1)) === 0),
    r: z.literal(r),
    p: z.int().min(p.least).max(p.most),
    salt: hex(SALT_LENGTH),
  }),
  nonce: hex(12),
  ciphertext: hex(PKCS8_LENGTH),
  tag: hex(16),
});

/** The text of a key file. */
export function formatKeyFile({ publicKey, ...others }: SealedPrivateKey): string {
  return `${JSON.stringify({ format: FORMAT, ...others, publicKey: publicKey.hex }, undefined, 2)}\n`;
}

/**
 * A key file's text, strictly: what it asks of scrypt is bounded before it is done.
 * @throws OfficerError KEY_FILE_UNREADABLE
 */
export function parseKeyFile(text: string): SealedPrivateKey {
  try {
    const { format: _format, name, publicKey, ...others } = schema.parse(JSON.parse(text));
    return { ...others, name: parseOfficerName(name), publicKey: OfficerPublicKey.parse(publicKey) };
  } catch (cause) {
    throw new OfficerError("KEY_FILE_UNREADABLE", cause);
  }
}
