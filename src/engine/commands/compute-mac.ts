import { Refusal } from "../../base/index.js";
import { type MacParameters, truncateMac } from "../../mac/index.js";
import { computeAesDukptMac } from "../aes-dukpt-keys.js";
import { computeDukptMac } from "../dukpt-keys.js";
import type { OpenedMacKey } from "../opened-key.js";
import type { CommandKey } from "./command.js";
import { asMacKey, type CommandContext, type OpenedAnyBdk } from "./command-context.js";

function computeWhole(
  key: OpenedMacKey | OpenedAnyBdk,
  ksn: Buffer | undefined,
  direction: "macRequest" | "macResponse",
  parameters: MacParameters,
  message: Buffer,
): Buffer {
  switch (key.kind) {
    case "mac":
      return key.computeMac(message);
    case "bdk":
      return computeDukptMac(key, ksn, direction, parameters, message);
    case "aesBdk":
      return computeAesDukptMac(key, ksn, direction, message);
  }
}

/**
 * The MAC of a message, as long as its key says.
 * @param direction which of a BDK's MAC keys: the request's comes from the terminal, the response's goes to it
 * @throws Refusal SEALED_KEY_INVALID; TokenFault
 */
export function computeMac(
  context: CommandContext,
  key: CommandKey,
  direction: "macRequest" | "macResponse",
  message: Buffer,
): Buffer {
  const opened = asMacKey(context.open(key));
  const parameters = opened.header.mac;
  if (parameters === undefined) throw new Refusal("KEY_USAGE_MISMATCH");
  return truncateMac(computeWhole(opened, key.ksn, direction, parameters, message), parameters.length);
}
