import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "./audit-disk.js";
import { AuditLog } from "./audit-log.js";
import { AuditLogError } from "./audit-log-error.js";
import { type AuditLogOptions, type AuditLogSettings, completeOptions } from "./audit-log-options.js";
import { AuditPublicKey } from "./checkpoint-signer.js";
import { lockDirectory } from "./directory-lock.js";
import { type RecoveredLog, recoverLog } from "./recover.js";
import { SegmentStore } from "./segment-store.js";
import { SegmentWriter } from "./segment-writer.js";

/** The public audit key, beside the segments that it verifies. */
export const KEY_FILE = "audit-key.pem";

/**
 * Opens the log of a directory, or begins one: locks the directory, cuts off and notes what a crash tore, notes the opening.
 * @throws AuditLogError IN_USE, UNREADABLE, DAMAGED, KEY_CHANGED, KEY_INVALID
 * @throws Refusal AUDIT_UNAVAILABLE when the opening cannot be written
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const settings = completeOptions(options);
  const publicKey = new AuditPublicKey(settings.publicKeyPem);
  await mkdir(settings.directory, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(settings.directory);
  let segments: SegmentStore | undefined;
  try {
    await keepPublicKey(settings.directory, publicKey);
    const recovered = await recoverLog(settings.directory);
    segments = new SegmentStore(settings, await resumeWriter(settings, recovered), recovered.closed);
    const log = new AuditLog({ settings, publicKey, segments, head: recovered.head, lock });
    const { torn } = recovered;
    const { service } = settings;
    const opened = { kind: "opened" as const, ...(service && { service }) };
    await Promise.all([...(torn === undefined ? [] : [log.enqueue(torn)]), log.enqueue(opened)]);
    return log;
  } catch (error) {
    await segments?.close().catch(() => undefined);
    lock.release();
    throw error;
  }
}

async function resumeWriter(settings: AuditLogSettings, { segment }: RecoveredLog): Promise<SegmentWriter | undefined> {
  if (segment === undefined) return undefined;
  return SegmentWriter.resume(settings.disk, settings.directory, segment.path, segment.length, segment.openedAt);
}

/** One key for a log's life: with another one, begin another directory. */
async function keepPublicKey(directory: string, publicKey: AuditPublicKey): Promise<void> {
  const path = join(directory, KEY_FILE);
  const kept = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new AuditLogError("UNREADABLE", `${path}: cannot be read.`, error);
  });
  // An empty one is what a crash leaves of its creation.
  if (kept === "") return writeKey(path, directory, publicKey);
  if (new AuditPublicKey(kept).fingerprint !== publicKey.fingerprint) {
    throw new AuditLogError("KEY_CHANGED", `${path}: this log belongs to another audit key. Begin a new directory.`);
  }
}

async function writeKey(path: string, directory: string, publicKey: AuditPublicKey): Promise<void> {
  const file = await open(path, "w", 0o644);
  try {
    await file.writeFile(publicKey.toPem());
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(directory);
}
