import { Refusal } from "../../base/index.js";
import type { EngineCommand, EngineOutcome } from "../../engine/commands/command.js";
import type { ServerConfig } from "../config/index.js";
import { tokenAddress } from "./token-address.js";
import { obtainTokenPin } from "./token-pin.js";

/** A command or two need no more; the least there is. */
const KEY_CACHE_SIZE = 4;

type OutcomeOf<Kind extends EngineOutcome["kind"]> = Extract<EngineOutcome, { readonly kind: Kind }>;

/**
 * Opens the token in this process and has it do one command: the engine of the service, with its checks.
 * @returns the outcome, which is of the kind asked for
 * @throws Refusal what the engine refused; TokenStartError; ConfigurationError, Aborted for the PIN
 */
export async function executeOnToken<Kind extends Exclude<EngineOutcome["kind"], "refused">>(
  config: ServerConfig,
  pinFile: string | undefined,
  command: EngineCommand,
  expected: Kind,
): Promise<OutcomeOf<Kind>> {
  const pin = await obtainTokenPin(config.hsm, pinFile);
  try {
    const { openTokenEngine } = await import("../../engine/index.js");
    const { environment } = config;
    const engine = openTokenEngine({
      ...tokenAddress(config.hsm),
      readPin: pin.read,
      environment,
      keyCacheSize: KEY_CACHE_SIZE,
    });
    try {
      const [outcome] = await engine.execute([command]);
      return readOutcome(outcome, expected);
    } finally {
      await engine.close();
    }
  } finally {
    pin.wipe();
  }
}

function readOutcome<Kind extends EngineOutcome["kind"]>(outcome: EngineOutcome | undefined, kind: Kind): OutcomeOf<Kind> {
  if (outcome?.kind === "refused") {
    const { reason, field, requirement } = outcome;
    throw new Refusal(reason, { ...(field !== undefined && { field }), ...(requirement !== undefined && { requirement }) });
  }
  if (!isKind(outcome, kind)) throw new Error("the engine's outcome does not belong to the command");
  return outcome;
}

function isKind<Kind extends EngineOutcome["kind"]>(
  outcome: EngineOutcome | undefined,
  kind: Kind,
): outcome is OutcomeOf<Kind> {
  return outcome?.kind === kind;
}
