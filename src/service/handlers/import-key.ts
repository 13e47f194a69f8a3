import type { ImportKeyBlockCommand } from "../../engine/commands/command.js";
import type { ImportKeyRequest, ImportKeyResponse } from "../../gen/pinmac/v1/key.js";
import { parseSealedKey } from "../../keyblock/index.js";
import type { Handler } from "../calls/index.js";
import { requireOperation } from "../operations.js";
import { type ParsedImport, parseImportKey } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";
import { keepKeys } from "./keep-keys.js";

/** KeyService.ImportKey. A key is registered once: the same block sent again is refused, unless the caller keeps the key. */
export function importKeyHandler(dependencies: HandlerDependencies): Handler<ImportKeyRequest, ImportKeyResponse> {
  return async (request, call) => {
    requireOperation(dependencies.operations, "importKey");
    const keys = new RequestKeys(dependencies, call);
    const parsed = await parseImportKey(request, keys);
    const command = await commandOf(parsed, dependencies);
    const { sealedKey } = await executeAdmitted(command, "importKeyBlock", keys, call, dependencies);
    if (parsed.custody === "caller") await dependencies.register.noteKeptByCaller([parseSealedKey(sealedKey).header]);
    const [kept] = await keepKeys([sealedKey], parsed.custody, dependencies, call);
    if (kept === undefined) throw new Error("the imported key is lost");
    return { ...kept, keyEncryptionKey: keys.usedKey(command.keyEncryptionKey) };
  };
}

async function commandOf(
  { keyBlock, keyEncryptionKey, parameters }: ParsedImport,
  { register, environment }: HandlerDependencies,
): Promise<ImportKeyBlockCommand> {
  const version = await register.nextVersion(parameters.name);
  return { kind: "importKeyBlock", keyBlock, keyEncryptionKey, draft: { ...parameters, version, environment } };
}
