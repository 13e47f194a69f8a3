import { createHash } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { z } from "zod";
import {
  copyRegister,
  describeFault,
  type RegisterVerdict,
  syncFolderOf,
  syncPath,
  verifyRegister,
} from "../../store/index.js";
import { ConfigurationError, VerificationFailed } from "../errors/index.js";

const MANIFEST_SCHEMA = z.strictObject({
  format: z.literal(1),
  registerId: z.string().regex(/^[0-9a-f]{32}$/),
  changes: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  keys: z.int().min(0),
  initialKeys: z.int().min(0),
  /** Of the backup's file, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** ISO 8601, UTC. */
  madeAt: z.string(),
});

/** What stands beside a backup: which state of which register it is, and the digest of its file. No secret. */
export type BackupManifest = Readonly<z.output<typeof MANIFEST_SCHEMA>>;

/** Beside the backup. */
export function manifestPath(file: string): string {
  return `${file}.json`;
}

/** SHA-256 of a file, hex. */
export function digestOfFile(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/**
 * Writes a backup of the register, which may be in use, and its manifest. A register whose journal or rows do not hold is not backed up: its
 * copy would pass for one that does.
 * @throws ConfigurationError when one of the files is there; VerificationFailed
 */
export async function backUpRegister(register: string, file: string): Promise<BackupManifest> {
  if (!existsSync(register)) throw new ConfigurationError(`${register}: there is no register.`);
  for (const path of [file, manifestPath(file)]) {
    if (existsSync(path)) throw new ConfigurationError(`${path}: exists, and is not written over.`);
  }
  const partial = `${file}.partial-${process.pid}`;
  copyRegister(register, partial);
  try {
    const manifest = manifestOf(await verifyRegister(partial), digestOfFile(partial));
    // A link, unlike a rename, takes nobody's place.
    linkSync(partial, file);
    writeFileSync(manifestPath(file), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    syncPath(manifestPath(file));
    unlinkSync(partial);
    syncFolderOf(file);
    return manifest;
  } finally {
    rmSync(partial, { force: true });
  }
}

function manifestOf({ head, faults, keys, initialKeys }: RegisterVerdict, sha256: string): BackupManifest {
  if (faults.length > 0) throw new VerificationFailed("The register does not hold:", ...faults.map(describeFault));
  if (head === undefined) throw new ConfigurationError("The register is empty: there is nothing to back up.");
  return {
    format: 1,
    registerId: head.registerId.toString("hex"),
    changes: head.seq,
    hash: head.hash.toString("hex"),
    keys,
    initialKeys,
    sha256,
    madeAt: new Date().toISOString(),
  };
}

/**
 * The manifest of a backup, whose file has its digest.
 * @throws ConfigurationError when one of them is not there; VerificationFailed when they do not belong together
 */
export function readBackup(file: string): BackupManifest {
  for (const path of [file, manifestPath(file)]) {
    if (!existsSync(path)) throw new ConfigurationError(`${path}: there is no such file, and a backup is both.`);
  }
  const parsed = MANIFEST_SCHEMA.safeParse(parseJson(readFileSync(manifestPath(file), "utf8")));
  if (!parsed.success) throw new VerificationFailed(`${manifestPath(file)}: this is no manifest of a backup.`);
  if (digestOfFile(file) !== parsed.data.sha256) {
    throw new VerificationFailed(`${file}: the file is not the one that its manifest was made for.`);
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
