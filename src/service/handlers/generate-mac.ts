import type { GenerateMacRequest, GenerateMacResponse } from "../../gen/pinmac/v1/mac.js";
import type { Handler } from "../calls/index.js";
import { parseGenerateMac } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

/** MacService.GenerateMac */
export function generateMacHandler(dependencies: HandlerDependencies): Handler<GenerateMacRequest, GenerateMacResponse> {
  return async (request, call) => {
    const keys = new RequestKeys(dependencies, call);
    const command = await parseGenerateMac(request, keys);
    const { mac } = await executeAdmitted(command, "generateMac", keys, call, dependencies);
    return { mac, key: keys.usedKey(command.key) };
  };
}
