import { Refusal } from "../base/index.js";
import type { KeyAlgorithm, KeyHeader } from "../keyblock/index.js";
import { checkTranslationAllowed, PIN_BLOCK_FORMATS, type PinBlockFormat, parsePan, pinBlockLength } from "../pin/index.js";
import { type AdmissionContext, admitKey, admitKeyWithoutKsn, type HeaderOf, type KeyDemand } from "./admission-key.js";
import type { TranslatePinCommand } from "./commands/command.js";

const SOURCE: KeyDemand = { usages: ["P0", "B0"], modes: ["B", "D"] };
const TARGET: KeyDemand = { usages: ["P0"], modes: ["B", "E"] };

/** Refuses what is no format of ISO 9564-1. */
export function admitFormat(format: PinBlockFormat, field: string): void {
  if (!PIN_BLOCK_FORMATS.includes(format)) throw new Refusal("PIN_BLOCK_FORMAT_INVALID", { field });
}

/** The algorithm that PIN blocks are enciphered with: the key's own, or that of the PIN keys derived from it. */
function pinAlgorithmOf(header: KeyHeader, field: string): KeyAlgorithm {
  if (header.usage !== "B0" || header.algorithm === "TDES") return header.algorithm;
  const workingKey = header.dukptWorkingKeys?.pin;
  if (workingKey === undefined) throw new Refusal("KEY_USAGE_MISMATCH", { field });
  return workingKey.startsWith("AES") ? "AES" : "TDES";
}

/** AES enciphers format 4 and no other, TDES the others (PCI PIN 2, 3-2). Single DES enciphers no PIN. */
function admitAlgorithm(header: KeyHeader, format: PinBlockFormat, field: string): void {
  if (pinAlgorithmOf(header, field) !== (format === 4 ? "AES" : "TDES")) {
    throw new Refusal("KEY_ALGORITHM_MISMATCH", { field, requirement: "PCI PIN 3-2" });
  }
}

/** Refuses a PIN block that has not the length of its format. */
export function admitPinBlockLength({ format, pinBlock }: TranslatePinCommand["source"], field: string): void {
  if (pinBlock.length !== pinBlockLength(format)) throw new Refusal("PIN_BLOCK_LENGTH_INVALID", { field });
}

/**
 * Admits the key that a PIN block arrived under: usage, mode, KSN, and that its PIN keys carry the block's format.
 * @param prefix of the field names, such as "translate_pin."
 */
export function admitPinSource(
  source: TranslatePinCommand["source"],
  headerOf: HeaderOf,
  context: AdmissionContext,
  prefix: string,
): void {
  const header = headerOf(source.key);
  const place = { key: `${prefix}source.key`, ksn: `${prefix}source.ksn` };
  admitKey(source.key, header, SOURCE, place, context);
  admitAlgorithm(header, source.format, place.key);
}

/** What can be said without a key: formats, the matrix, the block's length, the PAN. */
function admitForm(command: TranslatePinCommand, prefix: string): void {
  const { source, target } = command;
  admitFormat(source.format, `${prefix}source.format`);
  admitFormat(target.format, `${prefix}target.format`);
  checkTranslationAllowed(source.format, target.format);
  admitPinBlockLength(source, `${prefix}source.pin_block`);
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
  admitPinSource(command.source, headerOf, context, prefix);
  const { target } = command;
  const header = headerOf(target.key);
  const field = `${prefix}target.key`;
  admitKeyWithoutKsn(target.key, header, TARGET, field, context);
  admitAlgorithm(header, target.format, field);
}
