import { chmodSync, constants, copyFileSync, existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { registerSealer } from "../../engine/register-sealer.js";
import type { TokenEngine } from "../../engine/token-engine.js";
import {
  describeFault,
  openSqliteRegister,
  type RegisterFault,
  type RegisterVerdict,
  type SealedRegisterHead,
  settleRegister,
  syncFolderOf,
  syncPath,
  type TakeOver,
} from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { VerificationFailed } from "../errors/index.js";
import { readAnchor } from "./anchor.js";
import { readBackup } from "./backup.js";
import { examineRegister, headCheck } from "./examine-register.js";
import { type PresentRegister, readPresentRegister } from "./present-register.js";

/** What is lost when an older state takes the place of a newer one. */
export interface Rollback extends Pick<PresentRegister, "lostKeys" | "undone"> {
  /** Changes that the backup has. */
  readonly backupChanges: number;
  /** What the audit log knows and the backup does not, and why not all can be taken over. In words. */
  readonly reasons: readonly string[];
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
  /** What came after the backup and was taken over. */
  readonly takenOver: TakeOver;
}

/** Where the register is, and what its changes are noted in. */
type RegisterConfig = Pick<ServerConfig, "register" | "audit">;

const BEHIND_THE_TIMES = new Set(["OLDER", "FORKED", "OTHER_REGISTER"]);
const SQLITE_FILES = ["", "-wal", "-shm", "-journal"];

/**
 * Puts a backup in the place of the register. The register that is there is kept under another name. Which devices got their initial key,
 * which keys callers keep, and what officers decided about keys is never rolled back: it is taken over from the register that is there,
 * or a person agrees that it is not.
 *
 * A crash at any point leaves the old register in its place, or the new one, whole.
 * @throws ConfigurationError, VerificationFailed when the backup does not hold; StoreError REGISTER_IN_USE; what the means throw
 */
export async function restoreRegister(config: RegisterConfig, file: string, means: RestoreMeans): Promise<Restored> {
  const { register } = config;
  readBackup(file);
  const copy = `${register}.restoring`;
  removeCopy(copy);
  try {
    copyFileSync(file, copy, constants.COPYFILE_EXCL);
    chmodSync(copy, 0o600);
    const verdict = await verifyCopy(config, copy, means);
    bringUpToDate(copy);
    const present = await readPresentRegister(register, copy, headCheck(means.engine));
    await confirmIfOlder(verdict, present, means);
    const { head, keys } = await takeOver(copy, present.takeOver, means);
    await means.record(head);
    const kept = keepPresent(register, means.now);
    renameSync(copy, register);
    syncFolderOf(register);
    return { keys, changes: head.seq, kept, takenOver: present.takeOver };
  } finally {
    removeCopy(copy);
  }
}

/** With what one that was killed left beside it: a write-ahead log of another copy must not be taken for this one's. */
function removeCopy(copy: string): void {
  for (const suffix of SQLITE_FILES) rmSync(copy + suffix, { force: true });
}

async function verifyCopy(config: RegisterConfig, copy: string, { engine }: RestoreMeans): Promise<RegisterVerdict> {
  const verdict = await examineRegister(copy, { engine, anchor: await readAnchor(config) });
  const faults = verdict.faults.filter((fault) => !isBehind(fault));
  if (faults.length > 0) throw new VerificationFailed("The backup does not hold:", ...faults.map(describeFault));
  return verdict;
}

function isBehind({ code }: RegisterFault): boolean {
  return BEHIND_THE_TIMES.has(code);
}

/** A backup of an earlier version has fewer tables. */
function bringUpToDate(copy: string): void {
  openSqliteRegister(copy).close();
  settleRegister(copy);
}

async function confirmIfOlder(verdict: RegisterVerdict, present: PresentRegister, means: RestoreMeans): Promise<void> {
  const { lostKeys, doubts, undone } = present;
  const reasons = [...verdict.faults.filter(isBehind).map(describeFault), ...doubts];
  if (reasons.length === 0 && lostKeys?.length === 0) return;
  await means.confirmRollback({ backupChanges: verdict.entries, reasons, lostKeys, undone });
}

/** @returns where the copy then stands, and how many keys it has */
async function takeOver(
  copy: string,
  rows: TakeOver,
  { engine }: RestoreMeans,
): Promise<{ readonly head: SealedRegisterHead; readonly keys: number }> {
  const register = openSqliteRegister(copy, registerSealer(engine));
  try {
    await register.takeOver(rows);
    const { head, size } = register;
    if (head === undefined) throw new VerificationFailed("The backup has no journal.");
    return { head, keys: size };
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
