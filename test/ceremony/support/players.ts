import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SecretBytes } from "../../../src/base/index.js";
import { parseOfficerName } from "../../../src/officers/index.js";
import { createOfficerKeyFile } from "../../../src/officers/key-file/index.js";

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
  const signer = createOfficerKeyFile(join(folder, `${name}.key`), parseOfficerName(name), secret);
  const { fingerprint } = signer.officer.publicKey;
  signer.close();
  return { name, passphrase, fingerprint };
}
