import Iso8583 from "iso_8583";
import type { Dialect } from "./dialects.js";
import type { Fields } from "./fields.js";

const TYPE_LENGTH = 4;
const BITMAP_LENGTH = 8;
const HIGHEST_FIELD = 64;

/** A message that the dialect cannot express, or bytes that are no message of it. */
export class MessageFault extends Error {
  override readonly name = "MessageFault";
}

/**
 * The message in bytes: type and text fields in ASCII, bitmap and binary fields as they are.
 *
 * The library announces a second bitmap in every message, even if it is empty; then field 64 would not be the MAC's place. It is
 * taken out here: the first bit of the bitmap and the eight zero bytes after the first bitmap.
 * @throws MessageFault
 */
export function packMessage(dialect: Dialect, fields: Fields): Buffer {
  if (Object.keys(fields).some((number) => Number(number) > HIGHEST_FIELD)) {
    throw new MessageFault("These dialects end with field 64.");
  }
  const packed = new Iso8583({ ...fields }, dialect.formats).getRawMessage();
  if (!Buffer.isBuffer(packed)) throw new MessageFault(packed.error);
  const end = TYPE_LENGTH + BITMAP_LENGTH;
  const message = Buffer.concat([packed.subarray(0, end), packed.subarray(end + BITMAP_LENGTH)]);
  message.writeUInt8(message.readUInt8(TYPE_LENGTH) & 0x7f, TYPE_LENGTH);
  return message;
}

/**
 * The fields of a message. The library reads past the end of a short message and ignores what follows a whole one; so the fields
 * are packed again, and only a message that comes out byte for byte is taken.
 * @throws MessageFault
 */
export function unpackMessage(dialect: Dialect, message: Buffer): Fields {
  const unpacked = new Iso8583({}, dialect.formats).getIsoJSON(message, { lenHeader: false });
  if (typeof unpacked["error"] === "string") throw new MessageFault(unpacked["error"]);
  const fields = withUpperCaseHex(dialect, unpacked as Record<string, string>);
  if (!packMessage(dialect, fields).equals(message)) throw new MessageFault("The message has too few bytes, or too many.");
  return fields;
}

/** Where a field begins: there, a message without it and without all later fields ends. */
export function offsetOfField(dialect: Dialect, fields: Fields, number: number): number {
  const earlier = Object.fromEntries(Object.entries(fields).filter(([other]) => Number(other) < number));
  return packMessage(dialect, earlier).length;
}

function withUpperCaseHex(dialect: Dialect, fields: Record<string, string>): Fields {
  const entries = Object.entries(fields).map(([number, value]) => {
    return [number, dialect.formats[number]?.ContentType === "b" ? value.toUpperCase() : value];
  });
  return Object.fromEntries(entries);
}
