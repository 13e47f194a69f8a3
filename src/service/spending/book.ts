import { Refusal } from "../../base/index.js";
import type { HeaderOf } from "../../engine/admission.js";
import type { CommandKey, EngineCommand, EngineOutcome } from "../../engine/commands/command.js";
import type { CallContext } from "../calls/index.js";
import { FailureAccount } from "./failure-account.js";
import type { SpendingCommand } from "./request-digest.js";
import { spendKsns } from "./spend-ksns.js";
import type { SpendingOptions } from "./spending-options.js";

/** Of which call a command is, and by which headers its keys are known. */
export interface Circumstances {
  readonly spending: SpendingOptions | undefined;
  readonly call: Pick<CallContext, "caller" | "ensureLive">;
  readonly headerOf: HeaderOf;
}

/**
 * Has an admitted command executed, between its budgets and its KSNs: failures admit it, and before its outcome is given what it spent and
 * what it failed of is on disk.
 *
 * KSNs are spent after the engine has done its work: who cannot make a valid MAC or PIN block cannot raise a device's mark. An outcome whose
 * KSN is refused is wiped and never given, so of many requests with one KSN one is answered, however many the engine has done.
 * @throws Refusal BUDGET_EXHAUSTED, KSN_REPLAYED, PIN_BLOCK_INVALID, LEDGER_UNAVAILABLE; what `execute` and `ensureLive` throw
 */
export async function book<Outcome extends EngineOutcome>(
  command: EngineCommand,
  execute: () => Promise<Outcome>,
  circumstances: Circumstances,
): Promise<Outcome> {
  if (circumstances.spending === undefined || !isSpending(command)) return execute();
  const account = accountOf(command, circumstances);
  account?.admit();
  const outcome = await execute().catch((error: unknown) => refuse(account, error));
  try {
    await settle(command, outcome, account, circumstances);
    return outcome;
  } catch (error) {
    wipe(outcome);
    throw error;
  }
}

function isSpending(command: EngineCommand): command is SpendingCommand {
  return ["translatePin", "verifyPin", "verifyMac", "authorize"].includes(command.kind);
}

function accountOf(command: SpendingCommand, { spending, call, headerOf }: Circumstances): FailureAccount | undefined {
  if (spending?.failures === undefined) return undefined;
  return new FailureAccount(
    spending.failures,
    call.caller,
    command,
    headerOf,
    ({ source }) => !spendsInEarnest(spending, source.key, headerOf),
  );
}

/** Whether a PIN block under this key serves once, by its KSN. */
function spendsInEarnest({ ksns }: SpendingOptions, key: CommandKey, headerOf: HeaderOf): boolean {
  const { usage, name } = headerOf(key);
  return usage === "B0" && ksns?.modes.of(name) === "enforce";
}

/** After a refusal of the engine. */
async function refuse(account: FailureAccount | undefined, error: unknown): Promise<never> {
  if (error instanceof Refusal && error.reason === "PIN_BLOCK_INVALID") {
    await account?.bindPinBlock();
    await account?.fail("pinBlock");
  }
  throw error;
}

async function settle(
  command: SpendingCommand,
  outcome: EngineOutcome,
  account: FailureAccount | undefined,
  { spending, call, headerOf }: Circumstances,
): Promise<void> {
  if (isMacMismatch(outcome)) {
    await account?.fail("mac");
    return;
  }
  await account?.bindPinBlock();
  // A verification is admitted again where its failure would be counted, so that both stand in one queue.
  if (outcome.kind !== "verifyPin") account?.admitAnswer();
  if (spending?.ksns !== undefined) {
    await spendKsns(spending.ksns, call, command, headerOf);
  }
  if (outcome.kind === "verifyPin") await settleVerification(outcome.verified, account);
}

async function settleVerification(verified: boolean, account: FailureAccount | undefined): Promise<void> {
  if (verified) account?.admitAnswer();
  else await account?.fail("pinVerification");
}

function isMacMismatch(outcome: EngineOutcome): boolean {
  return (outcome.kind === "verifyMac" && !outcome.verified) || (outcome.kind === "authorize" && !outcome.completed);
}

function wipe(outcome: EngineOutcome): void {
  if (outcome.kind === "translatePin") outcome.pinBlock.fill(0);
  if (outcome.kind === "authorize" && outcome.completed) {
    outcome.pinBlock?.fill(0);
    outcome.mac?.fill(0);
  }
}
