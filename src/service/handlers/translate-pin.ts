import type { TranslatePinRequest, TranslatePinResponse } from "../../gen/pinmac/v1/pin.js";
import type { Handler } from "../calls/index.js";
import { parseTranslatePin } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

/** PinService.TranslatePin */
export function translatePinHandler(dependencies: HandlerDependencies): Handler<TranslatePinRequest, TranslatePinResponse> {
  return async (request, call) => {
    const keys = new RequestKeys(dependencies, call);
    const command = await parseTranslatePin(request, keys);
    const { pinBlock } = await executeAdmitted(command, "translatePin", keys, call, dependencies);
    return { pinBlock, sourceKey: keys.usedKey(command.source.key), targetKey: keys.usedKey(command.target.key) };
  };
}
