import { DIALECTS, type Fields, RESPONSE_CODES, type ResponseCode } from "../messages/index.js";
import { describeMoney, type MessageEvent } from "../parties/index.js";
import { TEXT_WIDTH, wrap } from "./layout.js";
import { maskFields } from "./mask.js";

/** The fields that the story is about; the JSON has all of them. */
const SHOWN = [2, 3, 11, 25, 37, 38, 39, 53, 60, 61, 62, 52, 64];

const TYPES: Readonly<Record<string, string>> = {
  "0100": "pre-authorization",
  "0110": "answer to the pre-authorization",
  "0200": "completion",
  "0210": "answer to the completion",
};

const NAMES: Readonly<Record<number, string>> = { 2: "PAN", 38: "code", 52: "PIN block", 62: "KSN", 64: "MAC" };

/** Response codes with their meaning: `55 wrong PIN`. */
export function describeResponseCode(code: string): string {
  const meaning = RESPONSE_CODES[code as ResponseCode];
  return meaning === undefined ? code : `${code} ${meaning}`;
}

function describeField(event: MessageEvent, fields: Fields, number: number): string {
  const value = fields[number] ?? "";
  const name = NAMES[number] === undefined ? `F${number}` : `F${number} ${NAMES[number]}`;
  if (number === 39) return `F39 ${describeResponseCode(value)}`;
  // UnionPay's MAC is text: eight hex characters in ASCII.
  if (number === 64 && event.dialect === DIALECTS.unionPayTerminal) {
    return `${name} "${Buffer.from(value, "hex").toString("ascii")}"`;
  }
  return `${name} ${value}`;
}

/** A message in a few lines: what it is, then its fields. */
export function describeMessage(event: MessageEvent): readonly string[] {
  const fields = maskFields(event.fields);
  const type = fields[0] ?? "";
  const money = fields[4] === undefined ? "" : `, ${describeMoney(fields[4], fields[49] ?? "")}`;
  const present = SHOWN.filter((number) => fields[number] !== undefined);
  return [
    `${type}  ${TYPES[type] ?? ""}${money}`,
    ...wrap(
      present.map((number) => describeField(event, fields, number)),
      TEXT_WIDTH,
    ),
  ];
}
