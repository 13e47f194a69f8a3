import type { VerifyPinRequest, VerifyPinResponse } from "../../gen/pinmac/v1/pin.js";
import type { Handler } from "../calls/index.js";
import { requireOperation } from "../operations.js";
import { parseVerifyPin } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

/** PinService.VerifyPin. A wrong PIN is an answer, not an error. */
export function verifyPinHandler(dependencies: HandlerDependencies): Handler<VerifyPinRequest, VerifyPinResponse> {
  return async (request, call) => {
    requireOperation(dependencies.operations, "verifyPin");
    const keys = new RequestKeys(dependencies, call);
    const command = await parseVerifyPin(request, keys);
    const { verified } = await executeAdmitted(command, "verifyPin", keys, call, dependencies);
    return { verified, sourceKey: keys.usedKey(command.source.key), verificationKey: keys.usedKey(command.method.key) };
  };
}
