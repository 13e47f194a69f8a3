import { withOneDerivation } from "../transaction-key.js";
import type { AuthorizeCommand, AuthorizeOutcome, PinBlockPlacement } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { generateMac } from "./generate-mac.js";
import { translatePin } from "./translate-pin.js";
import { verifyMac } from "./verify-mac.js";

/** A copy of the message with the PIN block written over its placeholder, which admission has found there. */
function placePinBlock(message: Buffer, placement: PinBlockPlacement, pinBlock: Buffer): Buffer {
  const placed = Buffer.from(message);
  const written = placement.encoding === "hex" ? Buffer.from(pinBlock.toString("hex").toUpperCase(), "latin1") : pinBlock;
  written.copy(placed, placement.offset);
  return placed;
}

function outboundMac(context: CommandContext, command: AuthorizeCommand, pinBlock: Buffer | undefined): Buffer | undefined {
  const step = command.generateMac;
  if (step === undefined) return undefined;
  const { key, placement } = step;
  const message =
    placement === undefined || pinBlock === undefined ? step.message : placePinBlock(step.message, placement, pinBlock);
  return generateMac(context, { kind: "generateMac", key, message }).mac;
}

/**
 * Verifies, translates, generates: the steps that are given, in this order. A MAC that does not match ends it with nothing done; a
 * refusal of any step refuses all.
 * @throws Refusal PIN_BLOCK_INVALID, SEALED_KEY_INVALID; TokenFault
 */
export function authorize(context: CommandContext, command: AuthorizeCommand): AuthorizeOutcome {
  return withOneDerivation(() => authorizeSteps(context, command));
}

function authorizeSteps(context: CommandContext, command: AuthorizeCommand): AuthorizeOutcome {
  if (command.verifyMac !== undefined && !verifyMac(context, command.verifyMac).verified) {
    return { kind: "authorize", completed: false };
  }
  const pinBlock = command.translatePin === undefined ? undefined : translatePin(context, command.translatePin).pinBlock;
  const mac = outboundMac(context, command, pinBlock);
  return {
    kind: "authorize",
    completed: true,
    ...(pinBlock !== undefined && { pinBlock }),
    ...(mac !== undefined && { mac }),
  };
}
