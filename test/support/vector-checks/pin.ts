import { expect } from "vitest";
import type { VectorFormat, VectorSubject } from "../vector-subject.js";
import type { VectorEntry } from "../vectors.js";
import type { VectorCheck } from "./index.js";

const FORMATS: Readonly<Record<string, VectorFormat>> = { "ISO-0": 0, "ISO-1": 1, "ISO-3": 3, "ISO-4": 4 };

/** Format 1 is bound to no PAN; any will do. */
const ANY_PAN = "4111111111111111";

function panOf(entry: VectorEntry): string {
  // Some sources give the 12 digits that go into the block: a check digit makes a PAN of them.
  const pan12 = entry.optionalText("pan12");
  return pan12 === undefined ? (entry.optionalText("pan") ?? ANY_PAN) : `${pan12}0`;
}

function checkEncodeDecode(entry: VectorEntry, format: 0 | 1 | 3, subject: VectorSubject): void {
  const [pin, block] = [entry.text("pin"), entry.text("clear_pin_block")];
  expect(subject.decodeClearBlock(format, block, panOf(entry))).toBe(pin);
  // Of the others the fill is free, and 1 is never made.
  if (format === 0) expect(subject.encodeClearBlock(0, pin, panOf(entry))).toBe(block);
}

function checkDecodeReject(entry: VectorEntry, format: VectorFormat, subject: VectorSubject): void {
  const block = entry.text("pin_block");
  const key = entry.optionalText("key");
  const clear = (): string | undefined =>
    format === 4 ? subject.decodePinField4(block) : subject.decodeClearBlock(format, block, panOf(entry));
  const pin = key === undefined ? clear() : subject.decipherPinBlock(format, key, block, panOf(entry));
  expect(pin).toBeUndefined();
}

function checkEncodeReject(entry: VectorEntry, format: VectorFormat, subject: VectorSubject): void {
  const [pin, pan] = [entry.optionalText("pin"), entry.optionalText("pan")];
  if (pin === undefined) expect(subject.encodePanField4(pan ?? "")).toBeUndefined();
  else if (format === 0 || format === 3) expect(subject.encodeClearBlock(format, pin, pan ?? "")).toBeUndefined();
  else if (pan === undefined) expect(subject.encodePinField4(pin, "00".repeat(8))).toBeUndefined();
  else expect(subject.encipherPinBlock(4, entry.text("key"), pin, pan, "00".repeat(8))).toBeUndefined();
}

function xorHex(left: string, right: string): string {
  return (BigInt(`0x${left}`) ^ BigInt(`0x${right}`)).toString(16).toUpperCase().padStart(left.length, "0");
}

function checkPinField4(entry: VectorEntry, subject: VectorSubject): void {
  const field = entry.optionalText("pin_field") ?? `${entry.text("pin_field_first8")}0011223344556677`;
  expect(subject.decodePinField4(field)).toBe(entry.text("pin"));
  expect(subject.encodePinField4(entry.text("pin"), field.slice(16))).toBe(field);
}

function checkFields4(entry: VectorEntry, _format: VectorFormat, subject: VectorSubject): void {
  if (entry.has("pan_field")) expect(subject.encodePanField4(entry.text("pan"))).toBe(entry.text("pan_field"));
  if (entry.has("pin_field") || entry.has("pin_field_first8")) checkPinField4(entry, subject);
  const xored = entry.optionalText("pin_field_xor_pan_field_first8");
  if (xored === undefined) return;
  const pinField = subject.encodePinField4(entry.text("pin"), "00".repeat(8)) ?? "";
  const panField = subject.encodePanField4(entry.text("pan")) ?? "";
  expect(xorHex(pinField.slice(0, 16), panField.slice(0, 16))).toBe(xored);
}

function checkEncryptDecrypt(entry: VectorEntry, _format: VectorFormat, subject: VectorSubject): void {
  const [key, pin, pan] = [entry.text("key"), entry.text("pin"), entry.text("pan")];
  const [random, block] = [entry.text("random_fill"), entry.text("encrypted_pin_block")];
  expect(subject.encipherPinBlock(4, key, pin, pan, random)).toBe(block);
  expect(subject.decipherPinBlock(4, key, block, pan)).toBe(pin);
}

function checkPrefix(entry: VectorEntry, _format: VectorFormat, subject: VectorSubject): void {
  const prefix = entry.text("clear_pin_block_prefix");
  expect(subject.encodeClearBlock(3, entry.text("pin"), entry.text("pan"))?.slice(0, prefix.length)).toBe(prefix);
}

type FormatCheck = (entry: VectorEntry, format: VectorFormat, subject: VectorSubject) => void;

const CHECKS: Readonly<Record<string, FormatCheck>> = {
  pin_block_encode_decode: (entry, format, subject) => {
    if (format === 4) throw new Error("a format 4 block is never clear");
    checkEncodeDecode(entry, format, subject);
  },
  pin_block_decode_reject: checkDecodeReject,
  pin_block_encode_reject: checkEncodeReject,
  iso4_fields: checkFields4,
  pin_block_encrypt_decrypt: checkEncryptDecrypt,
  pin_block_encode_prefix: checkPrefix,
};

/** How an entry of pin-blocks is checked, if this project knows how. */
export function pinBlockCheck(entry: VectorEntry): VectorCheck | undefined {
  const check = CHECKS[entry.text("operation")];
  const format = FORMATS[entry.text("format")];
  return check && format !== undefined ? (subject) => check(entry, format, subject) : undefined;
}

/** How an entry of pin-translate is checked. */
export function pinTranslateCheck(entry: VectorEntry): VectorCheck | undefined {
  if (entry.text("incoming_format") !== "ISO-0" || entry.text("outgoing_format") !== "ISO-0") return undefined;
  return (subject) => {
    const pan = entry.text("pan");
    const pin = subject.decipherPinBlock(0, entry.text("incoming_key"), entry.text("incoming_pin_block"), pan);
    expect(pin).toBe(entry.text("pin"));
    const translated = subject.encipherPinBlock(0, entry.text("outgoing_key"), pin ?? "", pan, "");
    expect(translated).toBe(entry.text("outgoing_pin_block"));
  };
}
