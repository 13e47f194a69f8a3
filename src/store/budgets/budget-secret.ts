import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, fsyncSync, linkSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { SecretBytes } from "../../base/index.js";
import { StoreError } from "../store-error.js";

const SECRET_LENGTH = 32;

/**
 * The secret of `budgetKey`, from the file at `path`; made there (32 random bytes, mode 0600) if there is none. Processes that start
 * together get the same one. A new secret makes all budgets new: the file stays as long as the database does.
 * @returns 32 bytes; the caller wipes them
 * @throws StoreError REGISTER_PERMISSIONS, REGISTER_NOT_OWN (not 32 bytes)
 */
export function loadBudgetSecret(path: string): SecretBytes {
  try {
    return readSecret(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  createSecret(path);
  return readSecret(path);
}

function readSecret(path: string): SecretBytes {
  const file = openSync(path, constants.O_RDONLY);
  try {
    const { mode, size } = fstatSync(file);
    if ((mode & 0o077) !== 0) throw new StoreError("REGISTER_PERMISSIONS");
    if (size !== SECRET_LENGTH) throw new StoreError("REGISTER_NOT_OWN");
    const secret = SecretBytes.alloc(SECRET_LENGTH);
    readSync(file, secret.expose());
    return secret;
  } finally {
    closeSync(file);
  }
}

/** Written whole under another name and then linked: nobody reads half a secret, and of two makers the first one wins. */
function createSecret(path: string): void {
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  writeDraft(draft);
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    unlinkSync(draft);
  }
  syncFolder(dirname(path));
}

function writeDraft(draft: string): void {
  const secret = SecretBytes.take(randomBytes(SECRET_LENGTH));
  const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeSync(file, secret.expose());
    fsyncSync(file);
  } finally {
    secret.wipe();
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
