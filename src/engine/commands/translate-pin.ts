import { encipherPinBlock } from "../../pin/index.js";
import type { TranslatePinCommand, TranslatePinOutcome } from "./command.js";
import { asPinSource, asPinTarget, type CommandContext } from "./command-context.js";
import { decipherSource } from "./decipher-source.js";

/**
 * Translates a PIN block. Both keys are opened before anything is deciphered, so that what is said afterwards is PIN_BLOCK_INVALID or
 * nothing. The clear PIN lives in one buffer of this process and is wiped on every way out.
 * @throws Refusal PIN_BLOCK_INVALID, SEALED_KEY_INVALID; TokenFault
 */
export function translatePin(context: CommandContext, command: TranslatePinCommand): TranslatePinOutcome {
  const source = asPinSource(context.open(command.source.key));
  const target = asPinTarget(context.open(command.target.key));
  const pin = decipherSource(source, command);
  try {
    const pinBlock = encipherPinBlock(command.target.format, target.cipher, pin, command.pan, context.randomBytes);
    return { kind: "translatePin", pinBlock };
  } finally {
    pin.wipe();
  }
}
