import { dirname, join } from "node:path";
import { AuditLogError, AuditPublicKey } from "../../audit/index.js";
import { ConfigurationError } from "../errors/configuration-error.js";
import { readGivenFile } from "./given-file.js";

/** Where the founding writes the token's public audit key: beside the officers' directory. */
export function auditKeyFileBeside(directoryFile: string): string {
  return join(dirname(directoryFile), "audit-key.pem");
}

/** A token's public audit key (PEM). @throws ConfigurationError when the file cannot be read, or holds no such key */
export function readAuditKeyFile(file: string): AuditPublicKey {
  const pem = readGivenFile(file).toString("utf8");
  try {
    return new AuditPublicKey(pem);
  } catch (error) {
    throw error instanceof AuditLogError ? new ConfigurationError(`${file}: ${error.message}`) : error;
  }
}
