import { Refusal } from "../../base/index.js";
import type { PinBlockPlacement } from "../../engine/commands/command.js";
import { PinBlockEncoding, type PinBlockPlacement as WirePlacement } from "../../gen/pinmac/v1/authorization.js";
import { type FieldPath, fieldAt } from "./field-path.js";

const ENCODINGS: ReadonlyMap<number, PinBlockPlacement["encoding"]> = new Map<number, PinBlockPlacement["encoding"]>([
  [PinBlockEncoding.PIN_BLOCK_ENCODING_BINARY, "binary"],
  [PinBlockEncoding.PIN_BLOCK_ENCODING_HEX, "hex"],
]);

/**
 * Takes the place for the translated PIN block. Whether it lies within the message is checked with the command.
 * @throws Refusal REQUEST_INVALID with field `….encoding`
 */
export function parsePlacement(wire: WirePlacement, field: FieldPath): PinBlockPlacement {
  const encoding = ENCODINGS.get(wire.encoding);
  if (encoding === undefined) throw new Refusal("REQUEST_INVALID", { field: fieldAt(field, "encoding") });
  return { offset: wire.offset, encoding };
}
