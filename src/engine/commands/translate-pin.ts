import type { SecretBytes } from "../../base/index.js";
import { decipherPinBlock, encipherPinBlock } from "../../pin/index.js";
import { withPinCipher } from "../dukpt-keys.js";
import type { OpenedBdk, OpenedPinKey } from "../opened-key.js";
import type { TranslatePinCommand, TranslatePinOutcome } from "./command.js";
import { asPinSource, asPinTarget, type CommandContext } from "./command-context.js";

function decipherSource(key: OpenedPinKey | OpenedBdk, { source, pan }: TranslatePinCommand): SecretBytes {
  if (key.kind === "pin") return decipherPinBlock(source.format, key.cipher, source.pinBlock, pan);
  return withPinCipher(key, source.key.ksn, (cipher) => decipherPinBlock(source.format, cipher, source.pinBlock, pan));
}

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
