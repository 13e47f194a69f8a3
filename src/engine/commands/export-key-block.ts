import { sealTr31, tr31HeaderOf } from "../../keyblock/index.js";
import { withTr31Protection } from "../tr31-protection.js";
import type { ExportKeyBlockCommand, ExportKeyBlockOutcome } from "./command.js";
import { asKeyBlockKey, type CommandContext } from "./command-context.js";

/**
 * Gives an exportable key in a key block of the version that the key block protection key is bound to. The key lives in one buffer of
 * this process meanwhile and is wiped on every way out.
 * @throws Refusal KEY_NOT_EXPORTABLE, SEALED_KEY_INVALID; TokenFault
 */
export function exportKeyBlock(context: CommandContext, command: ExportKeyBlockCommand): ExportKeyBlockOutcome {
  const { header } = context.open(command.key);
  const kbpk = asKeyBlockKey(context.open(command.keyEncryptionKey));
  const material = context.exportMaterial(command.key);
  try {
    return withTr31Protection(kbpk, (protection) => {
      const text = sealTr31(tr31HeaderOf(header, kbpk.version), material, protection, (length) => context.randomBytes(length));
      return { kind: "exportKeyBlock", keyBlock: Buffer.from(text, "latin1") };
    });
  } finally {
    material.wipe();
  }
}
