import { execFile } from "node:child_process";
import { join } from "node:path";

/** What `pinmac audit verify --json` prints, as far as the demo shows it. */
export interface AuditReport {
  readonly holds: boolean;
  readonly records: number;
  readonly calls: number;
  readonly unsignedRecords: number;
  readonly signedCheckpoint: { readonly seq: number } | null;
  readonly fault?: { readonly code: string; readonly why: string; readonly seq: number };
}

/**
 * Verifies a log with the command line. The key is the copy beside the log: enough for a log that this very run wrote; an auditor
 * has a copy of his own. @throws Error when there is no verdict
 */
export function verifyAudit(program: string, folder: string): Promise<AuditReport> {
  const args = [program, "audit", "verify", folder, "--key", join(folder, "audit-key.pem"), "--json"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (fault, stdout, stderr) => {
      // A log that does not hold is a verdict too, with another exit code.
      if (stdout.trim() === "") reject(new Error(stderr.trim() || fault?.message));
      else resolve(JSON.parse(stdout) as AuditReport);
    });
  });
}
