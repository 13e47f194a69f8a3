import { randomInt } from "node:crypto";
import { readPinField } from "./pin-field.js";
import { xor } from "./xor.js";

/** The 12 rightmost digits of the PAN without its check digit, after four zeros. */
function panField(pan: string): Buffer {
  return Buffer.from(pan.slice(-13, -1).padStart(16, "0"), "hex");
}

function encode(control: string, pin: string, fill: () => string, pan: string): Buffer {
  let text = control + pin.length.toString(16) + pin;
  while (text.length < 16) text += fill();
  return xor(Buffer.from(text, "hex"), panField(pan));
}

/** The clear PIN block of ISO 9564-1 format 0. */
export function encodePinBlockFormat0(pin: string, pan: string): Buffer {
  return encode("0", pin, () => "f", pan);
}

/** The clear PIN block of ISO 9564-1 format 3: random fill. */
export function encodePinBlockFormat3(pin: string, pan: string): Buffer {
  return encode("3", pin, () => randomInt(10, 16).toString(16), pan);
}

/** The PIN in a clear block of format 0; undefined if there is none for this PAN. */
export function decodePinBlockFormat0(block: Buffer, pan: string): string | undefined {
  return readPinField(xor(block, panField(pan)).toString("hex"), "0", /^f*$/);
}

/** The PIN in a clear block of format 3; undefined if there is none for this PAN. */
export function decodePinBlockFormat3(block: Buffer, pan: string): string | undefined {
  return readPinField(xor(block, panField(pan)).toString("hex"), "3", /^[a-f]*$/);
}
