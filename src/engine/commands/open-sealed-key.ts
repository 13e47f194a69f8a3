import type { DoneOutcome, OpenSealedKeyCommand } from "./command.js";
import type { CommandContext } from "./command-context.js";

/** Authenticates a sealed key, opens it in the token and checks its check value. @throws Refusal SEALED_KEY_INVALID; TokenFault */
export function openSealedKeyCommand(context: CommandContext, command: OpenSealedKeyCommand): DoneOutcome {
  context.open({ sealedKey: command.sealedKey });
  return { kind: "done" };
}
