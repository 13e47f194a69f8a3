import { Refusal } from "../../base/index.js";
import type { EngineCommand, EngineOutcome } from "../../engine/commands/command.js";
import type { Engine } from "../../engine/engine.js";
import type { TokenEngine } from "../../engine/token-engine.js";
import type { ServerConfig } from "../config/index.js";
import { tokenAddress } from "./token-address.js";
import { obtainTokenPin } from "./token-pin.js";

/** A command or two need no more; the least there is. */
const KEY_CACHE_SIZE = 4;

type OutcomeOf<Kind extends EngineOutcome["kind"]> = Extract<EngineOutcome, { readonly kind: Kind }>;

/**
 * Opens the token in this process, for the time of `work`: the engine of the service, with its checks.
 * @throws TokenStartError; ConfigurationError, Aborted for the PIN; what `work` throws
 */
export async function withTokenEngine<T>(
  config: ServerConfig,
  pinFile: string | undefined,
  work: (engine: TokenEngine) => Promise<T>,
): Promise<T> {
  const pin = await obtainTokenPin(config.hsm, pinFile);
  try {
    const { openTokenEngine } = await import("../../engine/index.js");
    const { environment } = config;
    const address = tokenAddress(config.hsm);
    const engine = openTokenEngine({ ...address, readPin: pin.read, environment, keyCacheSize: KEY_CACHE_SIZE });
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  } finally {
    pin.wipe();
  }
}

/**
 * Has the engine do one command.
 * @returns the outcome, which is of the kind asked for
 * @throws Refusal what the engine refused
 */
export async function executeOn<Kind extends Exclude<EngineOutcome["kind"], "refused">>(
  engine: Pick<Engine, "execute">,
  command: EngineCommand,
  expected: Kind,
): Promise<OutcomeOf<Kind>> {
  const [outcome] = await engine.execute([command]);
  return readOutcome(outcome, expected);
}

/**
 * Opens the token in this process and has it do one command.
 * @returns the outcome, which is of the kind asked for
 * @throws Refusal what the engine refused; TokenStartError; ConfigurationError, Aborted for the PIN
 */
export function executeOnToken<Kind extends Exclude<EngineOutcome["kind"], "refused">>(
  config: ServerConfig,
  pinFile: string | undefined,
  command: EngineCommand,
  expected: Kind,
): Promise<OutcomeOf<Kind>> {
  return withTokenEngine(config, pinFile, (engine) => executeOn(engine, command, expected));
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
