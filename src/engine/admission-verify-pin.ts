import { Refusal } from "../base/index.js";
import { parsePan } from "../pin/index.js";
import {
  buildValidationData,
  parseIbm3624Offset,
  parsePvki,
  parsePvv,
  parseValidationDataRule,
} from "../pin/verification/index.js";
import { type AdmissionContext, admitKeyWithoutKsn, type HeaderOf, type KeyDemand } from "./admission-key.js";
import { admitFormat, admitPinBlockLength, admitPinSource } from "./admission-pin.js";
import type { Ibm3624Method, VerifyPinCommand, VisaPvvMethod } from "./commands/command.js";

const PVV_KEY: KeyDemand = { usages: ["V2"], modes: ["C", "V"] };
const IBM_3624_KEY: KeyDemand = { usages: ["V1"], modes: ["C", "V"] };

const PVV_FIELD = "visa_pvv.key";
const IBM_3624_FIELD = "ibm_3624_offset.key";

function admitMethodForm(method: VerifyPinCommand["method"]): void {
  if (method.kind === "visaPvv") {
    parsePvki(method.pvki, "visa_pvv.key_index");
    parsePvv(method.pvv, "visa_pvv.pvv");
  } else {
    parseIbm3624Offset(method.offset, "ibm_3624_offset.offset");
  }
}

/** What can be said without a key. */
function admitForm({ source, pan, method }: VerifyPinCommand): void {
  admitFormat(source.format, "source.format");
  // Format 2 is between a PIN pad and its chip card.
  if (source.format === 2)
    throw new Refusal("PIN_BLOCK_FORMAT_INVALID", { field: "source.format", requirement: "PCI PIN 3-3" });
  admitPinBlockLength(source, "source.pin_block");
  parsePan(pan, "pan");
  admitMethodForm(method);
}

function admitPvvKey({ key }: VisaPvvMethod, headerOf: HeaderOf, context: AdmissionContext): void {
  admitKeyWithoutKsn(key, headerOf(key), PVV_KEY, PVV_FIELD, context);
}

/** The PAN must be long enough for the key's validation data rule. */
function admitIbm3624Key(
  { key }: Ibm3624Method,
  command: VerifyPinCommand,
  headerOf: HeaderOf,
  context: AdmissionContext,
): void {
  const header = headerOf(key);
  admitKeyWithoutKsn(key, header, IBM_3624_KEY, IBM_3624_FIELD, context);
  if (header.ibm3624 === undefined) throw new Refusal("KEY_USAGE_MISMATCH", { field: IBM_3624_FIELD });
  const { panStart, panLength, pad } = header.ibm3624;
  buildValidationData(parseValidationDataRule(panStart, panLength, pad), command.pan, "pan");
}

/** Admits a verification: its form, the source's key as a translation's, the verification key. */
export function admitVerifyPin(command: VerifyPinCommand, headerOf: HeaderOf, context: AdmissionContext): void {
  admitForm(command);
  admitPinSource(command.source, headerOf, context, "");
  if (command.method.kind === "visaPvv") admitPvvKey(command.method, headerOf, context);
  else admitIbm3624Key(command.method, command, headerOf, context);
}
