import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AuditLogError, AuditPublicKey } from "../../audit/index.js";
import { type DirectoryHead, type OfficerDirectory, readOfficerDirectory } from "../../officers/index.js";
import { ConfigurationError } from "../errors/index.js";

/** Written by the founding, beside the directory. */
const AUDIT_KEY_FILE = "audit-key.pem";

/**
 * The directory, verified with a public key from a file: that of `keyFile`, else `audit-key.pem` beside the directory.
 * @param expect an entry that was noted elsewhere
 * @throws DirectoryFault, OfficerError; ConfigurationError when the key cannot be read
 */
export function readDirectoryWithKey(path: string, keyFile: string | undefined, expect?: DirectoryHead): OfficerDirectory {
  const file = keyFile ?? join(dirname(path), AUDIT_KEY_FILE);
  return readOfficerDirectory(path, readKey(file), expect);
}

function readKey(file: string): AuditPublicKey {
  try {
    return new AuditPublicKey(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof AuditLogError ? error.message : `cannot be read (${(error as NodeJS.ErrnoException).code}).`;
    throw new ConfigurationError(`${file}: ${why}`);
  }
}
