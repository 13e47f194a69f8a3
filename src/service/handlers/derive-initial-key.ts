import type { DeriveInitialKeyCommand, DeriveInitialKeyOutcome } from "../../engine/commands/command.js";
import { readInitialKeyId } from "../../engine/initial-key-id.js";
import type { DeriveInitialKeyRequest, DeriveInitialKeyResponse } from "../../gen/pinmac/v1/terminal.js";
import type { InitialKeyEntry, InitialKeyLedger } from "../../store/index.js";
import type { Handler } from "../calls/index.js";
import { requireOperation } from "../operations.js";
import { parseDeriveInitialKey } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { admit, execute, type HandlerDependencies } from "./execute.js";

/**
 * TerminalService.DeriveInitialKey, once for each device.
 *
 * The device is on disk before its key is derived, so that no crash can give it a second one; a derivation that failed gives it free
 * again, for nothing left the service. What a crash in between leaves behind, the operator releases.
 */
export function deriveInitialKeyHandler(
  dependencies: HandlerDependencies,
): Handler<DeriveInitialKeyRequest, DeriveInitialKeyResponse> {
  return async (request, call) => {
    requireOperation(dependencies.operations, "deriveInitialKey");
    const keys = new RequestKeys(dependencies, call);
    const command = await parseDeriveInitialKey(request, keys);
    admit(command, keys, call, dependencies);
    const entry = entryOf(command, keys);
    call.subjects.initialKeyId = entry.initialKeyId;
    const derive = () => execute(command, "deriveInitialKey", keys, call, dependencies);
    const { keyBlock, checkValue } = await deriveOnce(entry, dependencies.register, derive);
    return {
      keyBlock: keyBlock.toString("latin1"),
      checkValue: checkValue.toString("hex").toUpperCase(),
      bdk: keys.usedKey(command.bdk),
      keyEncryptionKey: keys.usedKey(command.keyEncryptionKey),
    };
  };
}

/** Both forms of a TDES id are one entry. */
function entryOf({ bdk, initialKeyId }: DeriveInitialKeyCommand, keys: RequestKeys): InitialKeyEntry {
  const header = keys.headerOf(bdk);
  return { bdkId: header.id, initialKeyId: readInitialKeyId(header, initialKeyId) };
}

async function deriveOnce(
  entry: InitialKeyEntry,
  ledger: InitialKeyLedger,
  derive: () => Promise<DeriveInitialKeyOutcome>,
): Promise<DeriveInitialKeyOutcome> {
  await ledger.reserveInitialKey(entry);
  try {
    return await derive();
  } catch (error) {
    // What a token that is gone cannot seal stays noted, and the operator releases it; the caller hears why there is no key.
    await ledger.releaseInitialKey(entry).catch(() => false);
    throw error;
  }
}
