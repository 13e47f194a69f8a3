import type { GenerateMacCommand, GenerateMacOutcome } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { computeMac } from "./compute-mac.js";

/** Generates a MAC; under a BDK with the MAC response key. @throws Refusal SEALED_KEY_INVALID; TokenFault */
export function generateMac(context: CommandContext, command: GenerateMacCommand): GenerateMacOutcome {
  return { kind: "generateMac", mac: computeMac(context, command.key, "macResponse", command.message) };
}
