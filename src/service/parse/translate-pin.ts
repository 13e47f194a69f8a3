import type { TranslatePinCommand } from "../../engine/commands/command.js";
import type { TranslatePinRequest } from "../../gen/pinmac/v1/pin.js";
import { parsePan } from "../../pin/pan.js";
import type { RequestKeys } from "../request-keys.js";
import { type FieldPath, fieldAt, requireMessage } from "./field-path.js";
import { parseFormat } from "./format.js";
import { parseKeyChoice } from "./key-choice.js";
import { parseSource, takeSource } from "./source-pin-block.js";

/**
 * The command for a translation that stands at `path`. Everything is read before the first key is looked up.
 * @throws Refusal REQUEST_INVALID, PIN_BLOCK_FORMAT_INVALID, PAN_INVALID, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseTranslatePin(
  request: TranslatePinRequest,
  keys: RequestKeys,
  path: FieldPath = "",
): Promise<TranslatePinCommand> {
  const source = parseSource(request.source, fieldAt(path, "source"));
  const target = requireMessage(request.target, fieldAt(path, "target"));
  const targetFormat = parseFormat(target.format, fieldAt(path, "target.format"));
  const pan = parsePan(request.pan, fieldAt(path, "pan"));
  const targetChoice = parseKeyChoice(target.key, fieldAt(path, "target.key"));
  keys.permit("translatePin", { source: source.choice, target: targetChoice });
  return {
    kind: "translatePin",
    source: await takeSource(source, keys),
    target: { key: await keys.take(targetChoice), format: targetFormat },
    pan,
  };
}
