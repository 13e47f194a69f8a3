import { existsSync } from "node:fs";
import { AuditLogError, type CheckpointSigner, listLogs, openAuditLog } from "../../audit/index.js";
import { Refusal } from "../../base/index.js";
import type { TokenEngine } from "../../engine/token-engine.js";
import { AUDIT_KEY_LABEL, auditPublicKeyOf } from "../../hsm/audit-public-key.js";
import type { SealedRegisterHead } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";
import { noteOf } from "./anchor.js";
import { checkpointSigner } from "./checkpoint-signer.js";

/**
 * Records in the configuration's audit log, if there is one, in that of every front, that the register was restored and where it stands. The service must be
 * stopped: the log has one writer.
 * @throws ConfigurationError when the log cannot be written, or the token has no audit key
 */
export async function recordRestored(
  { audit }: Pick<ServerConfig, "audit">,
  engine: TokenEngine,
  head: SealedRegisterHead,
): Promise<void> {
  if (audit === undefined) return;
  const { auditPublicKey } = engine;
  if (auditPublicKey === undefined)
    throw new ConfigurationError("The token has no audit key: the restoration cannot be recorded.");
  const publicKeyPem = auditPublicKeyOf(auditPublicKey).export({ type: "spki", format: "pem" }).toString();
  const signer: CheckpointSigner = checkpointSigner(engine, AUDIT_KEY_LABEL);
  try {
    const logs = (await listLogs(audit.directory)).filter(
      (directory) => directory === audit.directory || existsSync(directory),
    );
    for (const directory of logs) {
      const log = await openAuditLog({ directory, publicKeyPem, signer });
      try {
        await log.noteRegister(noteOf(head, "restored"));
      } finally {
        await log.close();
      }
    }
  } catch (error) {
    if (error instanceof AuditLogError || error instanceof Refusal) throw new ConfigurationError(`audit: ${error.message}`);
    throw error;
  }
}
