import type { AuthorizeCommand, AuthorizeOutcome } from "../../engine/commands/command.js";
import {
  type AuthorizeRequest,
  type AuthorizeResponse,
  AuthorizeOutcome as WireOutcome,
} from "../../gen/pinmac/v1/authorization.js";
import type { Handler } from "../calls/index.js";
import { parseAuthorize } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

type CompletedAuthorization = Extract<AuthorizeOutcome, { readonly completed: true }>;

/** AuthorizationService.Authorize */
export function authorizeHandler(dependencies: HandlerDependencies): Handler<AuthorizeRequest, AuthorizeResponse> {
  return async (request, call) => {
    const keys = new RequestKeys(dependencies, call);
    const command = await parseAuthorize(request, keys);
    const outcome = await executeAdmitted(command, "authorize", keys, call, dependencies);
    return outcome.completed ? answerCompleted(command, outcome, keys) : answerMismatch(command, keys);
  };
}

function answerMismatch(command: AuthorizeCommand, keys: RequestKeys): AuthorizeResponse {
  return {
    outcome: WireOutcome.AUTHORIZE_OUTCOME_MAC_MISMATCH,
    verifyMac: answerVerifyMac(command, false, keys),
    translatePin: undefined,
    generateMac: undefined,
  };
}

function answerCompleted(command: AuthorizeCommand, outcome: CompletedAuthorization, keys: RequestKeys): AuthorizeResponse {
  return {
    outcome: WireOutcome.AUTHORIZE_OUTCOME_COMPLETED,
    verifyMac: answerVerifyMac(command, true, keys),
    translatePin: answerTranslatePin(command, outcome, keys),
    generateMac: answerGenerateMac(command, outcome, keys),
  };
}

function answerVerifyMac(command: AuthorizeCommand, verified: boolean, keys: RequestKeys): AuthorizeResponse["verifyMac"] {
  return command.verifyMac && { verified, key: keys.usedKey(command.verifyMac.key) };
}

function answerTranslatePin(
  { translatePin }: AuthorizeCommand,
  { pinBlock }: CompletedAuthorization,
  keys: RequestKeys,
): AuthorizeResponse["translatePin"] {
  if (translatePin === undefined) return undefined;
  return {
    pinBlock: requireResult(pinBlock),
    sourceKey: keys.usedKey(translatePin.source.key),
    targetKey: keys.usedKey(translatePin.target.key),
  };
}

function answerGenerateMac(
  { generateMac }: AuthorizeCommand,
  { mac }: CompletedAuthorization,
  keys: RequestKeys,
): AuthorizeResponse["generateMac"] {
  return generateMac && { mac: requireResult(mac), key: keys.usedKey(generateMac.key) };
}

/** All or nothing holds for the answer too. */
function requireResult(result: Buffer | undefined): Buffer {
  if (result === undefined) throw new Error("the engine left out the result of a step");
  return result;
}
