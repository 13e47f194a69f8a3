import { Refusal } from "../base/index.js";
import { parseTdesKsn } from "../dukpt/index.js";
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
export function admitEnvironment(header: KeyHeader, field: string, context: AdmissionContext): void {
  if (header.environment !== context.environment) throw new Refusal("KEY_ENVIRONMENT_MISMATCH", { field });
}

/** From `notBefore` on, and before `notAfter`. */
function admitValidity(header: KeyHeader, field: string, now: number): void {
  if (header.notBefore !== undefined && now < header.notBefore) throw new Refusal("KEY_NOT_YET_VALID", { field });
  if (header.notAfter !== undefined && now >= header.notAfter) throw new Refusal("KEY_EXPIRED", { field });
}

/** A KSN exactly with a BDK. An empty one counts as none: on the wire they are the same. */
function admitKsn(header: KeyHeader, ksn: Buffer | undefined, field: string): void {
  const given = ksn !== undefined && ksn.length > 0 ? ksn : undefined;
  if (header.usage !== "B0") {
    if (given !== undefined) throw new Refusal("KSN_NOT_ALLOWED", { field });
    return;
  }
  if (given === undefined) throw new Refusal("KSN_REQUIRED", { field });
  parseTdesKsn(given, field);
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
  if (!demand.usages.includes(header.usage)) throw new Refusal("KEY_USAGE_MISMATCH", { field: place.key });
  const modes = header.usage === "B0" ? BDK_MODES : demand.modes;
  if (!modes.includes(header.modeOfUse)) throw new Refusal("KEY_MODE_MISMATCH", { field: place.key });
  admitEnvironment(header, place.key, context);
  admitValidity(header, place.key, context.now);
  admitKsn(header, key.ksn, place.ksn);
}
