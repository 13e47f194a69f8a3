import { admitCommand } from "../../engine/admission.js";
import type { EngineCommand, EngineOutcome, RefusedOutcome } from "../../engine/commands/command.js";
import type { Engine } from "../../engine/engine.js";
import type { Environment } from "../../keyblock/index.js";
import type { KeyRegister } from "../../store/index.js";
import { auditSubjectsOf } from "../audit-subjects.js";
import type { CallContext } from "../calls/index.js";
import type { KeyLifeSource } from "../key-life.js";
import { usesOf } from "../key-uses.js";
import type { OperationSwitches } from "../operations.js";
import type { RequestKeys } from "../request-keys.js";
import { book, type SpendingOptions } from "../spending/index.js";

/** Keeps when keys were last used. */
export interface KeyUsageSink {
  /** @param now seconds since 1970 */
  note(keyId: string, now: number): void;
  /** The beginning of the hour of the last use, in seconds since 1970; undefined: none is known. */
  lastUsed(keyId: string): number | undefined;
}

/** What the handlers work with. */
export interface HandlerDependencies {
  readonly engine: Engine;
  readonly register: KeyRegister;
  readonly environment: Environment;
  /** Hears which key was used when; without it nobody does. */
  readonly usage?: KeyUsageSink | undefined;
  /** Which keys are in use; without it all are. */
  readonly lives?: KeyLifeSource | undefined;
  /** Which of the switched operations are on; the others are refused. */
  readonly operations?: OperationSwitches;
  /** Where KSNs are spent and failures counted; what is not given is not done. */
  readonly spending?: SpendingOptions;
}

/** The outcome that belongs to a kind of command. */
export type OutcomeOf<Kind extends EngineOutcome["kind"]> = Extract<EngineOutcome, { readonly kind: Kind }>;

/**
 * Notes what the audit log keeps digests of, and checks the command against the headers of its keys, and that somebody still waits for its outcome.
 * @throws Refusal of the admission, DEADLINE_EXCEEDED; CallCancelled
 */
export function admit(
  command: EngineCommand,
  keys: RequestKeys,
  call: CallContext,
  { environment }: HandlerDependencies,
): void {
  Object.assign(call.subjects, auditSubjectsOf(command));
  const now = Math.floor(Date.now() / 1_000);
  admitCommand(command, keys.headerOf, { environment, now });
  keys.admitLives(command, now);
  call.ensureLive();
}

/**
 * Has the engine do an admitted command, and gives the outcome of the kind asked for. A command that waits for a lane when nobody wants its
 * outcome any more is not done.
 * @throws Refusal of the engine; CallCancelled; Error when the engine answers something else
 */
export async function execute<Kind extends Exclude<EngineOutcome["kind"], "refused">>(
  command: EngineCommand,
  expected: Kind,
  keys: RequestKeys,
  call: CallContext,
  { engine, usage }: HandlerDependencies,
): Promise<OutcomeOf<Kind>> {
  const [outcome] = await engine.execute([command], () => isLive(call));
  if (isKind(outcome, "refused")) {
    // Its caller had gone, or waits no longer: which of the two, the call knows.
    if (outcome.reason === "DEADLINE_EXCEEDED") call.ensureLive();
    throw keys.refusalOf(outcome satisfies RefusedOutcome);
  }
  if (!isKind(outcome, expected)) throw new Error("the engine's outcome does not belong to the command");
  if (usage !== undefined) noteUses(command, keys, usage);
  return outcome;
}

/**
 * `admit`, then `execute`, booked: when the outcome is given, what it spent and what it failed of is on disk.
 * @throws what these and `book` throw
 */
export async function executeAdmitted<Kind extends Exclude<EngineOutcome["kind"], "refused">>(
  command: EngineCommand,
  expected: Kind,
  keys: RequestKeys,
  call: CallContext,
  dependencies: HandlerDependencies,
): Promise<OutcomeOf<Kind>> {
  admit(command, keys, call, dependencies);
  return book(command, () => execute(command, expected, keys, call, dependencies), {
    spending: dependencies.spending,
    call,
    headerOf: keys.headerOf,
  });
}

function noteUses(command: EngineCommand, keys: RequestKeys, usage: KeyUsageSink): void {
  const now = Math.floor(Date.now() / 1_000);
  for (const { key, use } of usesOf(command, keys.headerOf)) {
    // The report is of registered keys, and as long as the register: of keys that callers keep there are as many as they like.
    if (use !== "look" && keys.isRegistered(key)) usage.note(keys.headerOf(key).id, now);
  }
}

function isLive(call: CallContext): boolean {
  try {
    call.ensureLive();
    return true;
  } catch {
    return false;
  }
}

function isKind<Kind extends EngineOutcome["kind"]>(
  outcome: EngineOutcome | undefined,
  kind: Kind,
): outcome is OutcomeOf<Kind> {
  return outcome?.kind === kind;
}
