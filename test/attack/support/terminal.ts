import { PinBlockFormat, type SourcePinBlock } from "../../../src/gen/pinmac/v1/pin.js";
import { byName } from "../../grpc/support/requests.js";
import * as aesDukpt from "../../reference/aes-dukpt.js";
import { aes, tdes } from "../../reference/block-ciphers.js";
import { referenceSubject as reference } from "../../reference/index.js";
import { encodePinField4, panField, panField4 } from "../../reference/pin-blocks.js";
import type { KnownKey } from "./key-kinds.js";

/** What the honest parties do: PIN blocks and MACs by the reference implementation, under keys that the test knows. */

export const NONE = Buffer.alloc(0);
export const KSN = Buffer.from("FFFF9876543210E00A5C", "hex");
/** Of AES DUKPT. */
export const AES_KSN = Buffer.from("123456789012345600001A2F", "hex");

export const FORMATS = {
  0: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
  1: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_1,
  2: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_2,
  3: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_3,
  4: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_4,
} as const;
export type Format = keyof typeof FORMATS;

export const upperHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();
export const fromHex = (text: string): Buffer => Buffer.from(text, "hex");

function xorHex(left: string, right: string): string {
  return (BigInt(`0x${left}`) ^ BigInt(`0x${right}`)).toString(16).toUpperCase().padStart(left.length, "0");
}

/** A clear 8-byte block, before its encipherment. */
export function clearBlock(format: 0 | 1 | 2 | 3, pin: string, pan: string): string {
  const fill = { 0: "F", 1: "7", 2: "F", 3: "B" }[format];
  const field = `${format}${pin.length.toString(16).toUpperCase()}${pin}`.padEnd(16, fill);
  return format === 0 || format === 3 ? xorHex(field, panField(pan)) : field;
}

/** Enciphers a PIN under key material, in any format. */
export function encipherPin(format: Format, material: Buffer, pin: string, pan: string): Buffer {
  if (format !== 4) return fromHex(tdes(upperHex(material)).encrypt(clearBlock(format, pin, pan)));
  const cipher = aes(upperHex(material));
  const field = encodePinField4(pin, "0123456789ABCDEF");
  if (field === undefined) throw new Error("not a PIN");
  return fromHex(cipher.encrypt(xorHex(cipher.encrypt(field), panField4(pan))));
}

/** The working key of a device of that BDK, or the transaction key itself for "none". */
export function dukptKey(bdk: Buffer, usage: "none" | "pin" | "mac_request" | "mac_response", ksn: Buffer = KSN): Buffer {
  const text = upperHex(ksn);
  return fromHex(reference.workingKey(reference.initialKey(upperHex(bdk), text), text, usage));
}

/** The KSN that a key takes. */
export function ksnOf({ draft }: KnownKey): Buffer {
  if (draft.usage !== "B0") return NONE;
  return draft.algorithm === "AES" ? AES_KSN : KSN;
}

/** The PIN key of the transaction, by either DUKPT. */
function pinKeyOf({ draft, material }: KnownKey): Buffer {
  if (draft.algorithm !== "AES") return dukptKey(material, "pin");
  const id = upperHex(AES_KSN.subarray(0, 8));
  const initialKey = aesDukpt.initialKey(upperHex(material), id);
  return fromHex(aesDukpt.workingKey(initialKey, id, BigInt(AES_KSN.readUInt32BE(8)), "1000", "AES128"));
}

/** A PIN block as it comes in under a registered key. */
export function sourceBlock(known: KnownKey, format: Format, pin: string, pan: string): SourcePinBlock {
  const key = known.draft.usage === "B0" ? pinKeyOf(known) : known.material;
  const pinBlock = encipherPin(format, key, pin, pan);
  return { key: byName(known.draft.name), ksn: ksnOf(known), format: FORMATS[format], pinBlock };
}
