import {
  bdkTypeOf,
  checkKeyEncryptionStrength,
  checkKeyHeaderDraft,
  type KeyBlockVersion,
  type KeyHeader,
  type KeyHeaderDraft,
  keyDraftOf,
  type OpenedTr31,
  openTr31,
} from "../../keyblock/index.js";
import { withTr31Protection } from "../tr31-protection.js";
import type { ImportKeyBlockCommand, ImportKeyBlockOutcome, KeyBlockDraft } from "./command.js";
import { asKeyBlockKey, type CommandContext } from "./command-context.js";

/** A key block protection key that nobody has bound yet is bound to the version that its algorithm protects best in. */
function versionOf({ usage, algorithm, keyBlockVersion }: KeyHeaderDraft): { keyBlockVersion?: KeyBlockVersion } {
  const version = keyBlockVersion ?? (usage === "K1" ? (algorithm === "AES" ? "D" : "B") : undefined);
  return version === undefined ? {} : { keyBlockVersion: version };
}

/** What key and block are, and what the caller adds to it. */
function draftOf({ header, key }: OpenedTr31, defaults: KeyBlockDraft): KeyHeaderDraft {
  const { dukptType: _, ...rest } = defaults;
  const draft = keyDraftOf(header, { ...rest, keyLength: key.length });
  const dukptType = bdkTypeOf(draft);
  return { ...draft, ...versionOf(draft), ...(dukptType !== undefined && { dukptType }) };
}

function sealOpened(context: CommandContext, kbpk: KeyHeader, opened: OpenedTr31, defaults: KeyBlockDraft): Buffer {
  const draft = { ...draftOf(opened, defaults), cameUnder: kbpk.id };
  checkKeyHeaderDraft(draft);
  checkKeyEncryptionStrength(kbpk, draft);
  return context.sealMaterial(draft, opened.key).sealedKey;
}

/**
 * Opens a key block and seals its key. The key lives in one buffer of this process between the two and is wiped on every way out.
 * Versions A and C are opened because a key is bound to them, which only a ceremony does.
 * @throws Refusal KEY_BLOCK_INVALID, KEY_MATERIAL_INVALID, KEY_STRENGTH_INSUFFICIENT, TOKEN_CANNOT, SEALED_KEY_INVALID; TokenFault
 */
export function importKeyBlock(context: CommandContext, command: ImportKeyBlockCommand): ImportKeyBlockOutcome {
  const kbpk = asKeyBlockKey(context.open(command.keyEncryptionKey));
  return withTr31Protection(kbpk, (protection) => {
    const opened = openTr31(command.keyBlock, protection, { versions: [kbpk.version] });
    try {
      return { kind: "importKeyBlock", sealedKey: sealOpened(context, kbpk.header, opened, command.draft) };
    } finally {
      opened.key.wipe();
    }
  });
}
