import { Refusal } from "../base/index.js";
import { checkKeyEncryptionStrength, isExportable, type KeyHeader, parseTr31Header } from "../keyblock/index.js";
import {
  type AdmissionContext,
  admitEnvironment,
  admitKeyWithoutKsn,
  admitPresent,
  type HeaderOf,
  type KeyDemand,
} from "./admission-key.js";
import type { CommandKey, ExportKeyBlockCommand, ImportKeyBlockCommand } from "./commands/command.js";

const OPENS: KeyDemand = { usages: ["K1"], modes: ["B", "D"] };
const SEALS: KeyDemand = { usages: ["K1"], modes: ["B", "E"] };

/** The path of a key block protection key in every request that has one of its own. */
const KEY_ENCRYPTION_KEY = "key_encryption_key";

/**
 * Admits a key block protection key that key blocks are to be made with: of version B or D, since A and C are never made.
 * @returns its header
 */
export function admitSealingKey(key: CommandKey, headerOf: HeaderOf, context: AdmissionContext, field: string): KeyHeader {
  const header = headerOf(key);
  admitKeyWithoutKsn(key, header, SEALS, field, context);
  if (header.keyBlockVersion !== "B" && header.keyBlockVersion !== "D") {
    throw new Refusal("KEY_USAGE_MISMATCH", { field, requirement: "key blocks of versions A and C are not made" });
  }
  return header;
}

/**
 * Admits a key block to be opened: its header's form, and that its version is the one its protection key is bound to. Nothing of it is
 * authentic yet; what the key is, and whether the protection is strong enough for it, is judged once it is.
 */
export function admitImportKeyBlock(command: ImportKeyBlockCommand, headerOf: HeaderOf, context: AdmissionContext): void {
  const { keyBlock, keyEncryptionKey, draft } = command;
  const { version } = parseTr31Header(keyBlock).header;
  const header = headerOf(keyEncryptionKey);
  admitKeyWithoutKsn(keyEncryptionKey, header, OPENS, KEY_ENCRYPTION_KEY, context);
  admitEnvironment(draft, "environment", context);
  if (version !== header.keyBlockVersion) throw new Refusal("KEY_BLOCK_INVALID");
}

/** Admits a key to leave: exportable, and under a protection key at least as strong. */
export function admitExportKeyBlock(command: ExportKeyBlockCommand, headerOf: HeaderOf, context: AdmissionContext): void {
  const header = headerOf(command.key);
  admitPresent(header, "key", context);
  if (!isExportable(header.exportability)) throw new Refusal("KEY_NOT_EXPORTABLE", { field: "key" });
  checkKeyEncryptionStrength(admitSealingKey(command.keyEncryptionKey, headerOf, context, KEY_ENCRYPTION_KEY), header);
}
