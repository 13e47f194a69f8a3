import { z } from "zod";
import { OfficerError } from "../officer-error.js";
import { type OfficerName, parseOfficerName } from "../officer-name.js";
import { OfficerPublicKey } from "../officer-public-key.js";
import { createOwnedFile, readOwnedFile } from "./owned-file.js";

/** Where an officer's key is that lies in a token of their own. It holds no secret, but names a module to be loaded: mode 0600, too. */
export interface TokenReference {
  readonly name: OfficerName;
  readonly publicKey: OfficerPublicKey;
  /** Absolute path of the PKCS#11 module. */
  readonly module: string;
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  readonly tokenLabel: string;
  readonly tokenSerial: string;
  readonly keyLabel: string;
}

const FORMAT = "pinmac officer token v1";

const schema = z.strictObject({
  format: z.literal(FORMAT),
  name: z.string(),
  publicKey: z.string(),
  module: z.string().regex(/^\/[\x21-\x7e]{1,512}$/),
  moduleEnvironment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), z.string().max(512)),
  tokenLabel: z.string().min(1).max(32),
  tokenSerial: z.string().max(16),
  keyLabel: z.string().min(1).max(64),
});

/** @throws OfficerError KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE */
export function createTokenReference(path: string, { publicKey, ...others }: TokenReference): void {
  createOwnedFile(path, `${JSON.stringify({ format: FORMAT, ...others, publicKey: publicKey.hex }, undefined, 2)}\n`);
}

/**
 * The reference in a file; undefined when the file is something else: a key file, for one.
 * @throws OfficerError KEY_FILE_UNREADABLE, KEY_FILE_EXPOSED
 */
export function readTokenReference(path: string): TokenReference | undefined {
  const text = readOwnedFile(path);
  if (!text.includes(FORMAT)) return undefined;
  try {
    const { format: _format, name, publicKey, ...others } = schema.parse(JSON.parse(text));
    return { ...others, name: parseOfficerName(name), publicKey: OfficerPublicKey.parse(publicKey) };
  } catch (cause) {
    throw new OfficerError("KEY_FILE_UNREADABLE", cause);
  }
}
