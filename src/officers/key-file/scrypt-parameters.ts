import { scryptSync } from "node:crypto";
import { SecretBytes } from "../../base/index.js";

/** Cost of scrypt (RFC 7914), and the salt of one file (hex, 16 bytes). */
export interface ScryptParameters {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
}

/** 128 MiB and about a second for each guess. */
export const SCRYPT_COST = { n: 2 ** 17, r: 8, p: 1 } as const;

/**
 * Costs that a file may ask for: no more memory than 1 GiB, and no cheaper than twice what RFC 7914's author proposes for logins (N = 2^14).
 * Ours is OWASP's first choice; the bound is lower because whoever could make a file cheaper had its passphrase: the cost is authenticated.
 */
export const SCRYPT_BOUNDS = { n: { least: 2 ** 15, most: 2 ** 20 }, r: 8, p: { least: 1, most: 4 } } as const;

export const SALT_LENGTH = 16;
const KEY_LENGTH = 32;

/** OpenSSL needs 128·N·r bytes and a little more. */
const MEMORY_FACTOR = 2;

/** The AES-256 key of a passphrase: the caller's to wipe. The passphrase stays the caller's. */
export function deriveFileKey(passphrase: SecretBytes, { n, r, p, salt }: ScryptParameters): SecretBytes {
  const maxmem = 128 * n * r * MEMORY_FACTOR;
  return SecretBytes.take(scryptSync(passphrase.expose(), Buffer.from(salt, "hex"), KEY_LENGTH, { N: n, r, p, maxmem }));
}
