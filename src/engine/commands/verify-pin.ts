import { Refusal, type SecretBytes } from "../../base/index.js";
import type { Pan } from "../../pin/index.js";
import {
  buildValidationData,
  DecimalizationTable,
  parseIbm3624Offset,
  parsePvki,
  parsePvv,
  parseValidationDataRule,
  verifyIbm3624Offset,
  verifyPvv,
} from "../../pin/verification/index.js";
import type { OpenedPinVerificationKey } from "../opened-key.js";
import type { VerifyPinCommand, VerifyPinOutcome } from "./command.js";
import { asPinSource, asPinVerificationKey, type CommandContext } from "./command-context.js";
import { decipherSource } from "./decipher-source.js";

/** Says whether a PIN is the card's own. */
type PinCheck = (pin: SecretBytes) => boolean;

function ibm3624Check({ header, cipher }: OpenedPinVerificationKey, offsetDigits: string, pan: Pan): PinCheck {
  if (header.ibm3624 === undefined) throw new Refusal("KEY_USAGE_MISMATCH");
  const { table, panStart, panLength, pad } = header.ibm3624;
  const decimalization = DecimalizationTable.parse(table);
  const validationData = buildValidationData(parseValidationDataRule(panStart, panLength, pad), pan);
  const offset = parseIbm3624Offset(offsetDigits);
  return (pin) => verifyIbm3624Offset(cipher, decimalization, validationData, pin, offset);
}

function pinCheck(key: OpenedPinVerificationKey, { method, pan }: VerifyPinCommand): PinCheck {
  if (method.kind === "ibm3624") return ibm3624Check(key, method.offset, pan);
  const pvki = parsePvki(method.pvki);
  const pvv = parsePvv(method.pvv);
  return (pin) => verifyPvv(key.cipher, pan, pvki, pin, pvv);
}

/**
 * Verifies a PIN. All that can be refused for other reasons is refused before anything is deciphered. The clear PIN lives in one buffer
 * of this process and is wiped on every way out.
 * @throws Refusal PIN_BLOCK_INVALID, SEALED_KEY_INVALID; TokenFault
 */
export function verifyPin(context: CommandContext, command: VerifyPinCommand): VerifyPinOutcome {
  const source = asPinSource(context.open(command.source.key));
  const check = pinCheck(asPinVerificationKey(context.open(command.method.key)), command);
  const pin = decipherSource(source, command);
  try {
    return { kind: "verifyPin", verified: check(pin) };
  } finally {
    pin.wipe();
  }
}
