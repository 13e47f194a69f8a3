import { randomBytes } from "node:crypto";
import { decryptAes, encryptAes } from "./aes.js";
import { readPinField } from "./pin-field.js";
import { xor } from "./xor.js";

function panField(pan: string): Buffer {
  const body = pan.padStart(12, "0");
  return Buffer.from(((body.length - 12).toString(16) + body).padEnd(32, "0"), "hex");
}

/** Makes and enciphers a PIN block of ISO 9564-1 format 4, 16 bytes. */
export function encipherPinBlockFormat4(key: Buffer, pin: string, pan: string): Buffer {
  const text = `4${pin.length.toString(16)}${pin}`.padEnd(16, "a");
  const pinField = Buffer.concat([Buffer.from(text, "hex"), randomBytes(8)]);
  return encryptAes(key, xor(encryptAes(key, pinField), panField(pan)));
}

/** The PIN in an enciphered block of format 4; undefined if there is none for this PAN. */
export function decipherPinBlockFormat4(key: Buffer, block: Buffer, pan: string): string | undefined {
  const field = decryptAes(key, xor(decryptAes(key, block), panField(pan))).toString("hex");
  return readPinField(field, "4", /^a*$/);
}
