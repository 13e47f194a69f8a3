import type { ExportKeyRequest, ExportKeyResponse } from "../../gen/pinmac/v1/key.js";
import type { Handler } from "../calls/index.js";
import { requireOperation } from "../operations.js";
import { parseExportKey } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

/** KeyService.ExportKey */
export function exportKeyHandler(dependencies: HandlerDependencies): Handler<ExportKeyRequest, ExportKeyResponse> {
  return async (request, call) => {
    requireOperation(dependencies.operations, "exportKey");
    const keys = new RequestKeys(dependencies, call);
    const command = await parseExportKey(request, keys);
    const { keyBlock } = await executeAdmitted(command, "exportKeyBlock", keys, call, dependencies);
    return {
      keyBlock: keyBlock.toString("latin1"),
      key: keys.usedKey(command.key),
      keyEncryptionKey: keys.usedKey(command.keyEncryptionKey),
    };
  };
}
