import { chmodSync, constants, copyFileSync, existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { registerSealer } from "../../engine/register-sealer.js";
import type { TokenEngine } from "../../engine/token-engine.js";
import {
  compareRegisters,
  describeFault,
  openSqliteRegister,
  type RegisterFault,
  type RegisterLoss,
  type RegisterVerdict,
  type SealedRegisterHead,
  settleRegister,
  syncFolderOf,
  syncPath,
  verifyRegister,
} from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { VerificationFailed } from "../errors/index.js";
import { readAnchor } from "./anchor.js";
import { readBackup } from "./backup.js";
import { examineRegister } from "./examine-register.js";

/** What is lost when an older state takes the place of a newer one. */
export interface Rollback {
  /** Changes that the backup has. */
  readonly backupChanges: number;
  /** What the audit log, or the register that is there, knows and the backup does not. In words. */
  readonly reasons: readonly string[];
  /** Keys that are in the register that is there only; undefined when it cannot be read. */
  readonly lostKeys: readonly string[] | undefined;
}

/** What a restoration asks of those around it. */
export interface RestoreMeans {
  readonly engine: TokenEngine;
  /** Returns when a person has agreed; throws otherwise. */
  confirmRollback(rollback: Rollback): Promise<void>;
  /** Records where the register stands from now on, before it does. */
  record(head: SealedRegisterHead): Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What was done. */
export interface Restored {
  readonly keys: number;
  readonly changes: number;
  /** Where the register that was there is kept; undefined: there was none. */
  readonly kept: string | undefined;
  /** Devices noted since the backup, whose notes were taken over. */
  readonly devicesTakenOver: number;
}

const BEHIND_THE_TIMES = new Set(["OLDER", "FORKED", "OTHER_REGISTER"]);

/**
 * Puts a backup in the place of the register. The register that is there is kept under another name. Which devices got their initial key
 * is never rolled back: what the register that is there notes is taken over.
 *
 * A crash at any point leaves the old register in its place, or the new one, whole.
 * @throws ConfigurationError, VerificationFailed when the backup does not hold; StoreError REGISTER_IN_USE; what the means throw
 */
export async function restoreRegister(config: ServerConfig, file: string, means: RestoreMeans): Promise<Restored> {
  const { register } = config;
  readBackup(file);
  const copy = `${register}.restoring`;
  rmSync(copy, { force: true });
  try {
    copyFileSync(file, copy, constants.COPYFILE_EXCL);
    chmodSync(copy, 0o600);
    const verdict = await verifyCopy(config, copy, means);
    const loss = await lossOf(register, copy, verdict);
    await confirmIfOlder(verdict, loss, means);
    if (existsSync(register) && loss !== undefined) settleRegister(register);
    const head = await takeOverDevices(copy, loss?.initialKeys ?? [], means);
    await means.record(head);
    const kept = keepPresent(register, means.now);
    renameSync(copy, register);
    syncFolderOf(register);
    return { keys: verdict.keys, changes: head.seq, kept, devicesTakenOver: loss?.initialKeys.length ?? 0 };
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(copy + suffix, { force: true });
  }
}

async function verifyCopy(config: ServerConfig, copy: string, { engine }: RestoreMeans): Promise<RegisterVerdict> {
  const verdict = await examineRegister(copy, { engine, anchor: await readAnchor(config) });
  const faults = verdict.faults.filter((fault) => !isBehind(fault));
  if (faults.length > 0) throw new VerificationFailed("The backup does not hold:", ...faults.map(describeFault));
  return verdict;
}

function isBehind({ code }: RegisterFault): boolean {
  return BEHIND_THE_TIMES.has(code);
}

interface Loss extends RegisterLoss {
  /** So many more changes has the register that is there. */
  readonly changes: number;
}

/** What the present register has more than the backup; undefined when there is none or it cannot be read, which may be why a backup is restored. */
async function lossOf(register: string, copy: string, backup: RegisterVerdict): Promise<Loss | undefined> {
  if (!existsSync(register)) return undefined;
  try {
    const present = await verifyRegister(register);
    const changes = Math.max(0, (present.head?.seq ?? 0) - (backup.head?.seq ?? 0));
    return { ...compareRegisters(register, copy), changes };
  } catch {
    return undefined;
  }
}

async function confirmIfOlder(verdict: RegisterVerdict, loss: Loss | undefined, means: RestoreMeans): Promise<void> {
  const behind = verdict.faults.filter(isBehind).map(describeFault);
  const lostKeys = loss?.keys;
  const changes = loss?.changes ?? 0;
  if (behind.length === 0 && changes === 0 && (lostKeys?.length ?? 0) === 0) return;
  // Changes of a key's state are among them: a key that was suspended since would be active again.
  const more = loss === undefined ? [] : [`the register that is there has ${changes} changes more`];
  const reasons = [...behind, ...more];
  await means.confirmRollback({ backupChanges: verdict.entries, reasons, lostKeys });
}

/** @returns where the copy then stands */
async function takeOverDevices(
  copy: string,
  devices: RegisterLoss["initialKeys"],
  { engine }: RestoreMeans,
): Promise<SealedRegisterHead> {
  const register = openSqliteRegister(copy, registerSealer(engine));
  try {
    await Promise.all(devices.map((device) => register.reserveInitialKey(device)));
    const { head } = register;
    if (head === undefined) throw new VerificationFailed("The backup has no journal.");
    return head;
  } finally {
    register.close();
    settleRegister(copy);
    syncPath(copy);
  }
}

/** Under a name of its own, with whatever a broken one left beside it. */
function keepPresent(register: string, now: number): string | undefined {
  if (!existsSync(register)) return undefined;
  const kept = `${register}.replaced-${new Date(now).toISOString().replaceAll(/[:.-]/g, "")}`;
  linkSync(register, kept);
  for (const suffix of ["-wal", "-shm"]) {
    if (existsSync(register + suffix)) renameSync(register + suffix, kept + suffix);
  }
  return kept;
}
