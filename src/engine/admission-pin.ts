import { Refusal } from "../base/index.js";
import type { KeyHeader } from "../keyblock/index.js";
import { checkTranslationAllowed, PIN_BLOCK_FORMATS, type PinBlockFormat, parsePan, pinBlockLength } from "../pin/index.js";
import { type AdmissionContext, admitKey, type HeaderOf, type KeyDemand } from "./admission-key.js";
import type { TranslatePinCommand } from "./commands/command.js";

const SOURCE: KeyDemand = { usages: ["P0", "B0"], modes: ["B", "D"] };
const TARGET: KeyDemand = { usages: ["P0"], modes: ["B", "E"] };

function admitFormat(format: PinBlockFormat, field: string): void {
  if (!PIN_BLOCK_FORMATS.includes(format)) throw new Refusal("PIN_BLOCK_FORMAT_INVALID", { field });
}

/** AES enciphers format 4 and no other, format 4 takes no other cipher (PCI PIN 2, 3-2). A BDK is TDES. */
function admitAlgorithm(header: KeyHeader, format: PinBlockFormat, field: string): void {
  if ((header.algorithm === "AES") !== (format === 4)) {
    throw new Refusal("KEY_ALGORITHM_MISMATCH", { field, requirement: "PCI PIN 3-2" });
  }
}

/** What can be said without a key: formats, the matrix, the block's length, the PAN. */
function admitForm(command: TranslatePinCommand, prefix: string): void {
  const { source, target } = command;
  admitFormat(source.format, `${prefix}source.format`);
  admitFormat(target.format, `${prefix}target.format`);
  checkTranslationAllowed(source.format, target.format);
  if (source.pinBlock.length !== pinBlockLength(source.format)) {
    throw new Refusal("PIN_BLOCK_LENGTH_INVALID", { field: `${prefix}source.pin_block` });
  }
  parsePan(command.pan, `${prefix}pan`);
}

/**
 * Admits a translation: its form first, then the source's key, then the target's.
 * @param prefix of the field names, such as "translate_pin."
 */
export function admitTranslatePin(
  command: TranslatePinCommand,
  headerOf: HeaderOf,
  context: AdmissionContext,
  prefix: string,
): void {
  admitForm(command, prefix);
  const { source, target } = command;
  const sourceHeader = headerOf(source.key);
  const sourcePlace = { key: `${prefix}source.key`, ksn: `${prefix}source.ksn` };
  admitKey(source.key, sourceHeader, SOURCE, sourcePlace, context);
  admitAlgorithm(sourceHeader, source.format, sourcePlace.key);
  const targetHeader = headerOf(target.key);
  // A target has no KSN of its own in the API; should one come all the same, its key is what it belongs to.
  const targetPlace = { key: `${prefix}target.key`, ksn: `${prefix}target.key` };
  admitKey(target.key, targetHeader, TARGET, targetPlace, context);
  admitAlgorithm(targetHeader, target.format, targetPlace.key);
}
