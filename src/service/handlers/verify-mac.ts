import type { VerifyMacRequest, VerifyMacResponse } from "../../gen/pinmac/v1/mac.js";
import type { Handler } from "../calls/index.js";
import { parseVerifyMac } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

/** MacService.VerifyMac. A MAC that does not match is an answer, not an error. */
export function verifyMacHandler(dependencies: HandlerDependencies): Handler<VerifyMacRequest, VerifyMacResponse> {
  return async (request, call) => {
    const keys = new RequestKeys(dependencies, call);
    const command = await parseVerifyMac(request, keys);
    const { verified } = await executeAdmitted(command, "verifyMac", keys, call, dependencies);
    return { verified, key: keys.usedKey(command.key) };
  };
}
