import type { GetKeyRequest, GetKeyResponse } from "../../gen/pinmac/v1/key.js";
import type { Handler } from "../calls/index.js";
import { parseKeyChoice } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { describeKey } from "./describe-key.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

/** KeyService.GetKey. The seal is checked in the token before a word of the header is believed, whoever kept the key. */
export function getKeyHandler(dependencies: HandlerDependencies): Handler<GetKeyRequest, GetKeyResponse> {
  return async (request, call) => {
    const keys = new RequestKeys(dependencies, call);
    const choice = parseKeyChoice(request.key, "key");
    keys.permit("getKey", { keys: choice });
    const key = await keys.take(choice);
    await executeAdmitted({ kind: "openSealedKey", sealedKey: key.sealedKey }, "done", keys, call, dependencies);
    const header = keys.headerOf(key);
    return { key: describeKey(header, keys.lifeOf(key), dependencies.usage?.lastUsed(header.id)) };
  };
}
