import { InvalidArgumentError } from "commander";
import type { Ibm3624Parameters } from "../../../keyblock/index.js";

/** `--decimalization-table` */
export type TableOption = Pick<Ibm3624Parameters, "tableName" | "table">;
/** `--validation-data` */
export type ValidationDataOption = Pick<Ibm3624Parameters, "panStart" | "panLength" | "pad">;

/** Takes `NAME:DIGITS`. Whether the table is a safe one is for the key rules. */
export function decimalizationTable(text: string): TableOption {
  const [, tableName, table] = /^([^:]+):([0-9]{16})$/.exec(text) ?? [];
  if (tableName === undefined || table === undefined) throw new InvalidArgumentError("NAME:DIGITS, with 16 decimal digits.");
  return { tableName, table };
}

/** Takes `START:LENGTH:PAD`: the first PAN digit from 0, how many, and the hexadecimal digit that fills up to 16. */
export function validationData(text: string): ValidationDataOption {
  const [, start, length, pad] = /^([0-9]{1,2}):([0-9]{1,2}):([0-9A-Fa-f])$/.exec(text) ?? [];
  if (start === undefined || length === undefined || pad === undefined) {
    throw new InvalidArgumentError("START:LENGTH:PAD, such as 4:12:F.");
  }
  return { panStart: Number(start), panLength: Number(length), pad: pad.toUpperCase() };
}
