import type { GenerateMacCommand, VerifyMacCommand } from "../../engine/commands/command.js";
import type { GenerateMacRequest, VerifyMacRequest } from "../../gen/pinmac/v1/mac.js";
import type { RequestKeys } from "../request-keys.js";
import { type FieldPath, fieldAt } from "./field-path.js";
import { parseKeyChoice } from "./key-choice.js";

/**
 * The command for a MAC to be generated, from the message at `path`.
 * @throws Refusal REQUEST_INVALID, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseGenerateMac(
  request: GenerateMacRequest,
  keys: RequestKeys,
  path: FieldPath = "",
): Promise<GenerateMacCommand> {
  const choice = parseKeyChoice(request.key, fieldAt(path, "key"));
  keys.permit("generateMac", { keys: choice });
  return { kind: "generateMac", key: await keys.take(choice, request.ksn), message: request.message };
}

/**
 * The command for a MAC to be verified, from the message at `path`.
 * @throws Refusal REQUEST_INVALID, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseVerifyMac(
  request: VerifyMacRequest,
  keys: RequestKeys,
  path: FieldPath = "",
): Promise<VerifyMacCommand> {
  const choice = parseKeyChoice(request.key, fieldAt(path, "key"));
  keys.permit("verifyMac", { keys: choice });
  return { kind: "verifyMac", key: await keys.take(choice, request.ksn), message: request.message, mac: request.mac };
}
