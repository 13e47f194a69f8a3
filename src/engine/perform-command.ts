import { authorize } from "./commands/authorize.js";
import type { EngineCommand, EngineOutcome } from "./commands/command.js";
import type { CommandContext } from "./commands/command-context.js";
import { deriveInitialKey } from "./commands/derive-initial-key.js";
import { exportKeyBlock } from "./commands/export-key-block.js";
import { generateMac } from "./commands/generate-mac.js";
import { generateSessionKeys } from "./commands/generate-session-keys.js";
import { importKeyBlock } from "./commands/import-key-block.js";
import { openSealedKeyCommand } from "./commands/open-sealed-key.js";
import { probe } from "./commands/probe.js";
import { sealRegisterHead } from "./commands/seal-register-head.js";
import { signCheckpoint } from "./commands/sign-checkpoint.js";
import { translatePin } from "./commands/translate-pin.js";
import { verifyMac } from "./commands/verify-mac.js";
import { verifyPin } from "./commands/verify-pin.js";
import { verifySeals } from "./commands/verify-seals.js";
import type { TokenProbe } from "./token-probe.js";

/**
 * Performs a command that was admitted.
 * @throws Refusal, TokenFault as the command says
 */
export function performCommand(context: CommandContext, tokenProbe: TokenProbe, command: EngineCommand): EngineOutcome {
  switch (command.kind) {
    case "translatePin":
      return translatePin(context, command);
    case "generateMac":
      return generateMac(context, command);
    case "verifyMac":
      return verifyMac(context, command);
    case "authorize":
      return authorize(context, command);
    case "verifyPin":
      return verifyPin(context, command);
    case "importKeyBlock":
      return importKeyBlock(context, command);
    case "exportKeyBlock":
      return exportKeyBlock(context, command);
    case "generateSessionKeys":
      return generateSessionKeys(context, command);
    case "deriveInitialKey":
      return deriveInitialKey(context, command);
    case "openSealedKey":
      return openSealedKeyCommand(context, command);
    case "signCheckpoint":
      return signCheckpoint(context, command);
    case "sealRegisterHead":
      return sealRegisterHead(context, command);
    case "verifySeals":
      return verifySeals(context, command);
    case "probe":
      return probe(tokenProbe);
  }
}
