import { type KeyObject, sign } from "node:crypto";
import type { SecretBytes } from "../../base/index.js";
import { OfficerError } from "../officer-error.js";
import type { OfficerName } from "../officer-name.js";
import type { OfficerSigner } from "../officer-signer.js";
import { formatKeyFile, parseKeyFile } from "./key-file-text.js";
import { createOwnedFile, readOwnedFile, replaceOwnedFile } from "./owned-file.js";
import { checkPassphrase } from "./passphrase.js";
import { generatePkcs8, importPkcs8, publicKeyOf } from "./private-key.js";
import { openPrivateKey, type SealedPrivateKey, sealPrivateKey } from "./sealed-private-key.js";

/**
 * Makes an officer's key in a new file of mode 0600. The passphrase stays the caller's to wipe.
 * @returns the key, ready to sign, the caller's to close
 * @throws OfficerError PASSPHRASE_INVALID, KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE
 */
export function createOfficerKeyFile(path: string, name: OfficerName, passphrase: SecretBytes): OfficerSigner {
  checkPassphrase(passphrase);
  const pkcs8 = generatePkcs8();
  try {
    const privateKey = importPkcs8(pkcs8);
    const officer = { name, publicKey: publicKeyOf(privateKey) };
    createOwnedFile(path, formatKeyFile(sealPrivateKey(officer, pkcs8, passphrase)));
    return new KeyFileSigner(officer, privateKey);
  } finally {
    pkcs8.wipe();
  }
}

/** Whose key a file holds: known without the passphrase, and not to be believed before it was opened. */
export function readOfficerKeyOwner(path: string): OfficerSigner["officer"] {
  const { name, publicKey } = parseKeyFile(readOwnedFile(path));
  return { name, publicKey };
}

/**
 * Opens an officer's key. The passphrase stays the caller's to wipe.
 * @returns the key, ready to sign, the caller's to close
 * @throws OfficerError KEY_FILE_UNREADABLE, KEY_FILE_EXPOSED; KEY_FILE_UNUSABLE for a wrong passphrase as for a changed file
 */
export function openOfficerKeyFile(path: string, passphrase: SecretBytes): OfficerSigner {
  const sealed = parseKeyFile(readOwnedFile(path));
  const pkcs8 = openChecked(sealed, passphrase);
  try {
    return new KeyFileSigner({ name: sealed.name, publicKey: sealed.publicKey }, importPkcs8(pkcs8));
  } finally {
    pkcs8.wipe();
  }
}

/**
 * Puts the same key under another passphrase. Copies of the old file still open with the old one.
 * @throws OfficerError as `openOfficerKeyFile`, PASSPHRASE_INVALID for the new one, KEY_FILE_UNWRITABLE
 */
export function changeOfficerPassphrase(path: string, old: SecretBytes, next: SecretBytes): void {
  checkPassphrase(next);
  const sealed = parseKeyFile(readOwnedFile(path));
  const pkcs8 = openChecked(sealed, old);
  try {
    replaceOwnedFile(path, formatKeyFile(sealPrivateKey(sealed, pkcs8, next)));
  } finally {
    pkcs8.wipe();
  }
}

function openChecked(sealed: SealedPrivateKey, passphrase: SecretBytes): SecretBytes {
  const pkcs8 = openPrivateKey(sealed, passphrase);
  if (publicKeyOf(importPkcs8(pkcs8)).hex === sealed.publicKey.hex) return pkcs8;
  pkcs8.wipe();
  throw new OfficerError("KEY_FILE_UNUSABLE");
}

class KeyFileSigner implements OfficerSigner {
  readonly officer: OfficerSigner["officer"];
  #privateKey: KeyObject | undefined;

  constructor(officer: OfficerSigner["officer"], privateKey: KeyObject) {
    this.officer = officer;
    this.#privateKey = privateKey;
  }

  async sign(message: Buffer): Promise<Buffer> {
    if (this.#privateKey === undefined) throw new OfficerError("KEY_FILE_UNUSABLE");
    return sign(null, message, this.#privateKey);
  }

  close(): void {
    this.#privateKey = undefined;
  }
}
