import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { type AuditLog, AuditLogError, frontLogName, openAuditLog, type ServiceStart } from "../../audit/index.js";
import { Refusal, shapeOfError } from "../../base/index.js";
import type { LaneEngine } from "../../engine/lanes/index.js";
import { AUDIT_KEY_LABEL, auditPublicKeyOf } from "../../hsm/audit-public-key.js";
import { AuditDigests } from "../../service/audit-digests.js";
import type { AuditSink } from "../../service/audit-trail.js";
import { loadBudgetSecret } from "../../store/budgets/index.js";
import type { SealedRegisterHead } from "../../store/index.js";
import type { AuditSettings, ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";
import { checkpointSigner, noteOf } from "../register/index.js";
import type { FrontPlace } from "./fronts/front-messages.js";
import type { Observation } from "./observation.js";

/** The audit log of a server, open. */
export interface OpenAudit {
  /** For the server: the log, and the digests that it keeps. */
  readonly sink: AuditSink;
  /** Notes where the key register stands. @throws Refusal AUDIT_UNAVAILABLE */
  noteRegister(head: SealedRegisterHead): Promise<void>;
  /** To be called after the server has ended and before the engine: the last checkpoint is signed too. */
  close(): Promise<void>;
}

/**
 * Opens the audit log of a configuration, if it has one; its checkpoints are signed in the token. Beside the directory is the secret of its
 * digests, made at first use.
 * @param describe what its opening says of the service
 * @param place of a front among several: each has a log of its own, in a folder of the directory
 * @throws ConfigurationError when the token has no audit key, or the directory cannot be used; StoreError of the secret
 */
export async function openAudit(
  { audit }: Pick<ServerConfig, "audit">,
  engine: LaneEngine,
  logger: Logger,
  observation: Observation,
  describe?: (digestSecret: string) => ServiceStart,
  place?: FrontPlace,
): Promise<OpenAudit | undefined> {
  if (audit === undefined) return undefined;
  const { auditPublicKey } = engine;
  if (auditPublicKey === undefined) {
    throw new ConfigurationError("The token has no audit key, which audit needs: `pinmac init` makes it.");
  }
  const publicKeyPem = auditPublicKeyOf(auditPublicKey).export({ type: "spki", format: "pem" }).toString();
  makePrivate(audit.directory);
  const directory = place === undefined ? audit.directory : join(audit.directory, frontLogName(place.number));
  const secret = loadBudgetSecret(`${audit.directory}.secret`);
  try {
    const digests = new AuditDigests(secret, audit.digests);
    const log = await openLog({ ...audit, directory }, publicKeyPem, engine, logger, observation, describe?.(digests.id));
    observation.metrics.audit.watchLog(() => log);
    observation.alarms.recordIn(log);
    return {
      sink: {
        append: (entry) => log.append(entry),
        probe: () => log.probe(),
        digestsOf: (subjects) => digests.of(subjects),
      },
      noteRegister: (head) => log.noteRegister(noteOf(head, "noted")),
      close: () => log.close().finally(() => secret.wipe()),
    };
  } catch (error) {
    secret.wipe();
    throw error;
  }
}

async function openLog(
  audit: AuditSettings,
  publicKeyPem: string,
  engine: LaneEngine,
  logger: Logger,
  { metrics, alarms }: Observation,
  service: ServiceStart | undefined,
): Promise<AuditLog> {
  try {
    return await openAuditLog({
      directory: audit.directory,
      publicKeyPem,
      ...(service && { service }),
      signer: checkpointSigner(engine, AUDIT_KEY_LABEL),
      checkpointSeconds: audit.checkpointEverySeconds,
      checkpointRecords: audit.checkpointEveryRecords,
      maxSegmentSeconds: audit.rotateEverySeconds,
      maxSegmentBytes: audit.rotateEveryBytes,
      onAvailability: (available, cause) => {
        if (available) logger.info("the audit log is written again");
        else alarms.raise("AUDIT_UNAVAILABLE", { cause });
      },
      onWrite: metrics.audit.written,
      onFault: (error) =>
        logger.warn({ error: shapeOfError(error) }, "an audit checkpoint is not signed, or a segment not compressed"),
    });
  } catch (error) {
    if (error instanceof AuditLogError) throw new ConfigurationError(`audit: ${error.message}`);
    if (error instanceof Refusal) throw new ConfigurationError(`audit: ${audit.directory} cannot be written.`);
    throw error;
  }
}

/** Who calls when, and with which keys, is nobody else's business. */
function makePrivate(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (error) {
    throw new ConfigurationError(
      `audit: ${directory} cannot be made (${(error as NodeJS.ErrnoException).code ?? "unknown error"}).`,
    );
  }
}
