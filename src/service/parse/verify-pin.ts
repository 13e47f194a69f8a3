import { Refusal } from "../../base/index.js";
import type { CommandKey, VerifyPinCommand } from "../../engine/commands/command.js";
import type { Ibm3624Offset, VerifyPinRequest, VisaPvv } from "../../gen/pinmac/v1/pin.js";
import { parsePan } from "../../pin/pan.js";
import { parseIbm3624Offset, parsePvki, parsePvv } from "../../pin/verification/index.js";
import type { RequestKeys } from "../request-keys.js";
import { type KeyChoice, parseKeyChoice } from "./key-choice.js";
import { parseSource, takeSource } from "./source-pin-block.js";

type Method = VerifyPinCommand["method"];
/** A method read but for its key. */
interface PendingMethod {
  readonly choice: KeyChoice;
  withKey(key: CommandKey): Method;
}

/**
 * The command for a PIN to be verified. Everything is read before the first key is looked up.
 * @throws Refusal REQUEST_INVALID, PIN_BLOCK_FORMAT_INVALID, PAN_INVALID, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseVerifyPin(request: VerifyPinRequest, keys: RequestKeys): Promise<VerifyPinCommand> {
  const source = parseSource(request.source, "source");
  const pan = parsePan(request.pan, "pan");
  const method = parseMethod(request.method);
  keys.permit("verifyPin", { source: source.choice, verification: method.choice });
  return {
    kind: "verifyPin",
    source: await takeSource(source, keys),
    pan,
    method: method.withKey(await keys.take(method.choice)),
  };
}

function parseMethod(method: VerifyPinRequest["method"]): PendingMethod {
  if (method === undefined) throw new Refusal("REQUEST_INVALID", { field: "method" });
  return method.$case === "visaPvv" ? parseVisaPvv(method.value) : parseIbm3624(method.value);
}

function parseVisaPvv({ key, keyIndex, pvv }: VisaPvv): PendingMethod {
  const choice = parseKeyChoice(key, "visa_pvv.key");
  const pvki = parsePvki(keyIndex, "visa_pvv.key_index");
  const value = parsePvv(pvv, "visa_pvv.pvv");
  return { choice, withKey: (verificationKey) => ({ kind: "visaPvv", key: verificationKey, pvki, pvv: value }) };
}

function parseIbm3624({ key, offset }: Ibm3624Offset): PendingMethod {
  const choice = parseKeyChoice(key, "ibm_3624_offset.key");
  const value = parseIbm3624Offset(offset, "ibm_3624_offset.offset");
  return { choice, withKey: (verificationKey) => ({ kind: "ibm3624", key: verificationKey, offset: value }) };
}
