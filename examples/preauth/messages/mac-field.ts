import type { Dialect } from "./dialects.js";
import type { Fields } from "./fields.js";
import { packMessage } from "./packing.js";

const MAC_FIELD = 64;
const MAC_LENGTH = 8;

/** What the MAC covers: the message from its type up to the field before 64, with field 64 already announced in the bitmap. */
export function authenticatedPart(message: Buffer): Buffer {
  return message.subarray(0, -MAC_LENGTH);
}

/** The MAC: field 64, the last eight bytes. */
export function macOf(message: Buffer): Buffer {
  return message.subarray(-MAC_LENGTH);
}

/** The part of a message to be made that its MAC will cover. */
export function packBeforeMac(dialect: Dialect, fields: Fields): Buffer {
  return authenticatedPart(packMessage(dialect, { ...fields, [MAC_FIELD]: "0".repeat(2 * MAC_LENGTH) }));
}

/** Packs a message and puts its MAC of eight bytes into field 64. */
export function packWithMac(dialect: Dialect, fields: Fields, computeMac: (covered: Buffer) => Buffer): Buffer {
  const covered = packBeforeMac(dialect, fields);
  return Buffer.concat([covered, computeMac(covered).subarray(0, MAC_LENGTH)]);
}
