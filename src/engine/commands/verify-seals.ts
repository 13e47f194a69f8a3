import type { VerifySealsCommand, VerifySealsOutcome } from "./command.js";
import type { CommandContext } from "./command-context.js";

/** Checks seals without opening the keys: what is in the cache stays there. @throws TokenFault */
export function verifySeals(context: CommandContext, { sealedKeys }: VerifySealsCommand): VerifySealsOutcome {
  return { kind: "verifySeals", holds: sealedKeys.map((sealedKey) => context.isSealed(sealedKey)) };
}
