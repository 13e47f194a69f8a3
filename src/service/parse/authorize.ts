import type { AuthorizeCommand } from "../../engine/commands/command.js";
import type { AuthorizeRequest, OutboundMac } from "../../gen/pinmac/v1/authorization.js";
import type { RequestKeys } from "../request-keys.js";
import { parseGenerateMac, parseVerifyMac } from "./mac.js";
import { parsePlacement } from "./placement.js";
import { parseTranslatePin } from "./translate-pin.js";

/**
 * The command for an authorization: the steps that are given. That there is one is checked with the command.
 * @throws Refusal those of each step
 */
export async function parseAuthorize(request: AuthorizeRequest, keys: RequestKeys): Promise<AuthorizeCommand> {
  const { verifyMac, translatePin, generateMac } = request;
  return {
    kind: "authorize",
    ...(verifyMac && { verifyMac: await parseVerifyMac(verifyMac, keys, "verify_mac") }),
    ...(translatePin && { translatePin: await parseTranslatePin(translatePin, keys, "translate_pin") }),
    ...(generateMac && { generateMac: await parseOutboundMac(generateMac, keys) }),
  };
}

async function parseOutboundMac(
  outbound: OutboundMac,
  keys: RequestKeys,
): Promise<NonNullable<AuthorizeCommand["generateMac"]>> {
  const placement = outbound.pinBlock && parsePlacement(outbound.pinBlock, "generate_mac.pin_block");
  const command = await parseGenerateMac(outbound, keys, "generate_mac");
  return placement === undefined ? command : { ...command, placement };
}
