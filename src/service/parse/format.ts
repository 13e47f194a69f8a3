import { Refusal } from "../../base/index.js";
import { PinBlockFormat as WireFormat } from "../../gen/pinmac/v1/pin.js";
import type { PinBlockFormat } from "../../pin/pin-block-format.js";
import type { FieldPath } from "./field-path.js";

const FORMATS: ReadonlyMap<number, PinBlockFormat> = new Map<number, PinBlockFormat>([
  [WireFormat.PIN_BLOCK_FORMAT_ISO_0, 0],
  [WireFormat.PIN_BLOCK_FORMAT_ISO_1, 1],
  [WireFormat.PIN_BLOCK_FORMAT_ISO_2, 2],
  [WireFormat.PIN_BLOCK_FORMAT_ISO_3, 3],
  [WireFormat.PIN_BLOCK_FORMAT_ISO_4, 4],
]);

/**
 * Takes the wire's number, which may be any: an unknown enum value arrives as it was sent.
 * @throws Refusal PIN_BLOCK_FORMAT_INVALID
 */
export function parseFormat(wire: number, field: FieldPath): PinBlockFormat {
  const format = FORMATS.get(wire);
  if (format === undefined) throw new Refusal("PIN_BLOCK_FORMAT_INVALID", { field });
  return format;
}
