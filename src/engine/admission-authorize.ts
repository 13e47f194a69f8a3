import { Refusal } from "../base/index.js";
import { pinBlockLength } from "../pin/index.js";
import type { AdmissionContext, HeaderOf } from "./admission-key.js";
import { admitMac } from "./admission-mac.js";
import { admitTranslatePin } from "./admission-pin.js";
import type { AuthorizeCommand, PinBlockPlacement, TranslatePinCommand } from "./commands/command.js";

const PLACEMENT = "generate_mac.pin_block";

/** What a message holds where the PIN block will stand: 0x00, or '0' when it is written as hex. */
const PLACEHOLDERS = { binary: 0x00, hex: 0x30 } as const;

function isFreePlace(message: Buffer, placement: PinBlockPlacement, length: number): boolean {
  const { offset } = placement;
  if (!Number.isInteger(offset) || offset < 0 || offset + length > message.length) return false;
  const placeholder = PLACEHOLDERS[placement.encoding];
  return message.subarray(offset, offset + length).every((byte) => byte === placeholder);
}

/** The PIN block may only go where the message keeps its place, so that nothing else is ever overwritten. */
function admitPlacement(message: Buffer, placement: PinBlockPlacement, translatePin: TranslatePinCommand | undefined): void {
  if (translatePin === undefined) throw new Refusal("REQUEST_INVALID", { field: PLACEMENT });
  const blockLength = pinBlockLength(translatePin.target.format);
  const length = placement.encoding === "hex" ? 2 * blockLength : blockLength;
  if (!isFreePlace(message, placement, length)) throw new Refusal("REQUEST_INVALID", { field: `${PLACEMENT}.offset` });
}

/** Admits an authorization: at least one step, and every step given. */
export function admitAuthorize(command: AuthorizeCommand, headerOf: HeaderOf, context: AdmissionContext): void {
  const { verifyMac, translatePin, generateMac } = command;
  if (verifyMac === undefined && translatePin === undefined && generateMac === undefined) {
    throw new Refusal("REQUEST_INVALID");
  }
  if (verifyMac !== undefined) admitMac(verifyMac, headerOf, context, "verify_mac.");
  if (translatePin !== undefined) admitTranslatePin(translatePin, headerOf, context, "translate_pin.");
  if (generateMac === undefined) return;
  admitMac(generateMac, headerOf, context, "generate_mac.");
  if (generateMac.placement !== undefined) admitPlacement(generateMac.message, generateMac.placement, translatePin);
}
