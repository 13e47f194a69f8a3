import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SecretBytes } from "../../../src/base/index.js";
import { parseOfficerName } from "../../../src/officers/index.js";
import { formatKeyFile } from "../../../src/officers/key-file/key-file-text.js";
import { generatePkcs8, importPkcs8, publicKeyOf } from "../../../src/officers/key-file/private-key.js";
import { SCRYPT_BOUNDS } from "../../../src/officers/key-file/scrypt-parameters.js";
import { sealPrivateKey } from "../../../src/officers/key-file/sealed-private-key.js";

/** The least that a key file may ask of scrypt: hundreds of passphrases are entered in these tests. */
const CHEAPEST = { n: SCRYPT_BOUNDS.n.least, r: SCRYPT_BOUNDS.r, p: SCRYPT_BOUNDS.p.least };

/** A person of a scripted ceremony. */
export interface Player {
  readonly name: string;
  readonly passphrase: string;
  /** Of their key. */
  readonly fingerprint: string;
}

/** Everyone who has a part in the tests' ceremonies, by name, with key files in `folder`. */
export function createPlayers(folder: string, names: readonly string[]): ReadonlyMap<string, Player> {
  mkdirSync(folder, { mode: 0o700, recursive: true });
  return new Map(names.map((name) => [name, createPlayer(folder, name)]));
}

function createPlayer(folder: string, name: string): Player {
  const passphrase = `${name} ${randomBytes(9).toString("base64url")}`;
  using secret = SecretBytes.take(Buffer.from(passphrase));
  using pkcs8 = generatePkcs8();
  const publicKey = publicKeyOf(importPkcs8(pkcs8));
  const sealed = sealPrivateKey({ name: parseOfficerName(name), publicKey }, pkcs8, secret, CHEAPEST);
  writeFileSync(join(folder, `${name}.key`), formatKeyFile(sealed), { mode: 0o600 });
  return { name, passphrase, fingerprint: publicKey.fingerprint };
}
