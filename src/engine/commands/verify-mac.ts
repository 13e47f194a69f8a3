import { timingSafeEqual } from "node:crypto";
import type { VerifyMacCommand, VerifyMacOutcome } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { computeMac } from "./compute-mac.js";

/**
 * Computes the MAC that the message ought to have and compares in constant time; under a BDK with the MAC request key. The right MAC of a
 * wrong message is wiped: it would be an answer nobody may have.
 * @throws Refusal SEALED_KEY_INVALID; TokenFault
 */
export function verifyMac(context: CommandContext, command: VerifyMacCommand): VerifyMacOutcome {
  const expected = computeMac(context, command.key, "macRequest", command.message);
  try {
    const verified = expected.length === command.mac.length && timingSafeEqual(expected, command.mac);
    return { kind: "verifyMac", verified };
  } finally {
    expected.fill(0);
  }
}
