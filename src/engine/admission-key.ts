import { Refusal } from "../base/index.js";
import { parseAesKsn, parseTdesKsn } from "../dukpt/index.js";
import type { Environment, KeyHeader, KeyUsage, ModeOfUse } from "../keyblock/index.js";
import type { CommandKey } from "./commands/command.js";

/** What admission asks of the world. */
export interface AdmissionContext {
  /** The service's own; keys of the other one are refused. */
  readonly environment: Environment;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Gives the header of a command's key. @throws Refusal SEALED_KEY_INVALID */
export type HeaderOf = (key: CommandKey) => KeyHeader;

/** What an operation wants of its key. */
export interface KeyDemand {
  readonly usages: readonly KeyUsage[];
  /** Of a key that is no BDK. A BDK derives: its mode is X. */
  readonly modes: readonly ModeOfUse[];
}

/** Where a key stands in the request: the path of its reference, and of the KSN beside it. */
export interface KeyPlace {
  readonly key: string;
  readonly ksn: string;
}

const BDK_MODES: readonly ModeOfUse[] = ["X"];

/**
 * Refuses a key of the other environment.
 * @throws Refusal KEY_ENVIRONMENT_MISMATCH
 */
export function admitEnvironment(header: Pick<KeyHeader, "environment">, field: string, context: AdmissionContext): void {
  if (header.environment !== context.environment) throw new Refusal("KEY_ENVIRONMENT_MISMATCH", { field });
}

/** From `notBefore` on, and before `notAfter`. */
function admitValidity(header: KeyHeader, field: string, now: number): void {
  if (header.notBefore !== undefined && now < header.notBefore) throw new Refusal("KEY_NOT_YET_VALID", { field });
  if (header.notAfter !== undefined && now >= header.notAfter) throw new Refusal("KEY_EXPIRED", { field });
}

/** The KSN that was given. An empty one counts as none: on the wire they are the same. */
function givenKsn({ ksn }: CommandKey): Buffer | undefined {
  return ksn !== undefined && ksn.length > 0 ? ksn : undefined;
}

/** A KSN exactly with a BDK: 10 or 8 bytes with TDES, 12 with AES. */
function admitKsn(key: CommandKey, header: KeyHeader, field: string): void {
  if (header.usage !== "B0") {
    admitNoKsn(key, field);
    return;
  }
  const ksn = givenKsn(key);
  if (ksn === undefined) throw new Refusal("KSN_REQUIRED", { field });
  if (header.algorithm === "AES") parseAesKsn(ksn, field);
  else parseTdesKsn(ksn, field);
}

function admitNoKsn(key: CommandKey, field: string): void {
  if (givenKsn(key) !== undefined) throw new Refusal("KSN_NOT_ALLOWED", { field });
}

/** Usage, mode of use, environment, validity. */
function admitHeader(header: KeyHeader, demand: KeyDemand, field: string, context: AdmissionContext): void {
  if (!demand.usages.includes(header.usage)) throw new Refusal("KEY_USAGE_MISMATCH", { field });
  const modes = header.usage === "B0" ? BDK_MODES : demand.modes;
  if (!modes.includes(header.modeOfUse)) throw new Refusal("KEY_MODE_MISMATCH", { field });
  admitPresent(header, field, context);
}

/**
 * Checks that a key is of this environment and valid now, whatever it is for.
 * @throws Refusal KEY_ENVIRONMENT_MISMATCH, KEY_NOT_YET_VALID, KEY_EXPIRED
 */
export function admitPresent(header: KeyHeader, field: string, context: AdmissionContext): void {
  admitEnvironment(header, field, context);
  admitValidity(header, field, context.now);
}

/**
 * Checks that a key may serve an operation now: usage, mode of use, environment, validity, KSN. One usage, one kind of operation: only
 * the diagonal works.
 * @throws Refusal KEY_USAGE_MISMATCH, KEY_MODE_MISMATCH, KEY_ENVIRONMENT_MISMATCH, KEY_NOT_YET_VALID, KEY_EXPIRED, KSN_REQUIRED,
 *   KSN_NOT_ALLOWED, KSN_INVALID
 */
export function admitKey(
  key: CommandKey,
  header: KeyHeader,
  demand: KeyDemand,
  place: KeyPlace,
  context: AdmissionContext,
): void {
  admitHeader(header, demand, place.key, context);
  admitKsn(key, header, place.ksn);
}

/**
 * As `admitKey`, for an operation that is no transaction's: no key of it takes a KSN, not even a BDK. Should one come all the same, its
 * key is what it belongs to.
 * @throws Refusal as `admitKey`, but for KSN_REQUIRED and KSN_INVALID
 */
export function admitKeyWithoutKsn(
  key: CommandKey,
  header: KeyHeader,
  demand: KeyDemand,
  field: string,
  context: AdmissionContext,
): void {
  admitHeader(header, demand, field, context);
  admitNoKsn(key, field);
}
