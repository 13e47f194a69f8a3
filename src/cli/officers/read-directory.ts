import { type DirectoryHead, type OfficerDirectory, readOfficerDirectory } from "../../officers/index.js";
import { auditKeyFileBeside, readAuditKeyFile } from "../files/index.js";

/**
 * The directory, verified with a public key from a file: that of `keyFile`, else `audit-key.pem` beside the directory.
 * @param expect an entry that was noted elsewhere
 * @throws DirectoryFault, OfficerError; ConfigurationError when the key cannot be read
 */
export function readDirectoryWithKey(path: string, keyFile: string | undefined, expect?: DirectoryHead): OfficerDirectory {
  return readOfficerDirectory(path, readAuditKeyFile(keyFile ?? auditKeyFileBeside(path)), expect);
}
