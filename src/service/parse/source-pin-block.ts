import type { TranslatePinCommand } from "../../engine/commands/command.js";
import type { SourcePinBlock } from "../../gen/pinmac/v1/pin.js";
import type { RequestKeys } from "../request-keys.js";
import { type FieldPath, fieldAt, requireMessage } from "./field-path.js";
import { parseFormat } from "./format.js";
import { type KeyChoice, parseKeyChoice } from "./key-choice.js";

/** A PIN block as it arrived, read but for its key. */
export interface ParsedSource {
  readonly choice: KeyChoice;
  readonly ksn: Buffer;
  readonly format: TranslatePinCommand["source"]["format"];
  readonly pinBlock: Buffer;
}

/**
 * Reads the PIN block that stands at `field`, before any key is looked up.
 * @throws Refusal REQUEST_INVALID, PIN_BLOCK_FORMAT_INVALID
 */
export function parseSource(message: SourcePinBlock | undefined, field: FieldPath): ParsedSource {
  const source = requireMessage(message, field);
  const format = parseFormat(source.format, fieldAt(field, "format"));
  const choice = parseKeyChoice(source.key, fieldAt(field, "key"));
  return { choice, ksn: source.ksn, format, pinBlock: source.pinBlock };
}

/** Looks its key up. @throws Refusal those of `RequestKeys.take` */
export async function takeSource(source: ParsedSource, keys: RequestKeys): Promise<TranslatePinCommand["source"]> {
  const { choice, ksn, format, pinBlock } = source;
  return { key: await keys.take(choice, ksn), format, pinBlock };
}
