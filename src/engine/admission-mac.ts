import { Refusal } from "../base/index.js";
import type { KeyHeader, KeyUsage, ModeOfUse } from "../keyblock/index.js";
import { MAX_MESSAGE_LENGTH, type MacParameters } from "../mac/index.js";
import { type AdmissionContext, admitKey, type HeaderOf } from "./admission-key.js";
import type { GenerateMacCommand, VerifyMacCommand } from "./commands/command.js";

const MAC_USAGES: readonly KeyUsage[] = ["M0", "M1", "M3", "M6", "M7", "B0"];
const GENERATE_MODES: readonly ModeOfUse[] = ["C", "G"];
const VERIFY_MODES: readonly ModeOfUse[] = ["C", "V"];

/** A BDK without MAC parameters serves PINs only. */
function macParametersOf(header: KeyHeader, field: string): MacParameters {
  if (header.mac === undefined) throw new Refusal("KEY_USAGE_MISMATCH", { field });
  return header.mac;
}

/**
 * Admits a MAC to be generated or verified. The MAC to be verified has exactly the length that its key fixes: the caller cannot
 * shorten it.
 * @param prefix of the field names, such as "verify_mac."
 */
export function admitMac(
  command: GenerateMacCommand | VerifyMacCommand,
  headerOf: HeaderOf,
  context: AdmissionContext,
  prefix: string,
): void {
  const { key, message } = command;
  if (message.length === 0 || message.length > MAX_MESSAGE_LENGTH) {
    throw new Refusal("MESSAGE_LENGTH_INVALID", { field: `${prefix}message` });
  }
  const header = headerOf(key);
  const modes = command.kind === "verifyMac" ? VERIFY_MODES : GENERATE_MODES;
  const place = { key: `${prefix}key`, ksn: `${prefix}ksn` };
  admitKey(key, header, { usages: MAC_USAGES, modes }, place, context);
  const parameters = macParametersOf(header, place.key);
  if (command.kind === "verifyMac" && command.mac.length !== parameters.length) {
    throw new Refusal("MAC_LENGTH_INVALID", { field: `${prefix}mac` });
  }
}
