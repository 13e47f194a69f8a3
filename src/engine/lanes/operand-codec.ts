import { Refusal } from "../../base/index.js";
import type { CommandKey as FramedKey } from "../../gen/pinmac/engine/v1/lane.js";
import type { SealedKeyHeader } from "../../gen/pinmac/engine/v1/sealed_key.js";
import { PIN_BLOCK_FORMATS, type PinBlockFormat } from "../../pin/pin-block-format.js";
import type { CommandKey } from "../commands/command.js";
import { LaneProtocolError } from "./frames.js";

const NO_BYTES = Buffer.alloc(0);

/** A key as it stands in a frame. */
export function encodeKey(key: CommandKey): FramedKey {
  return { sealedKey: key.sealedKey, ksn: key.ksn ?? NO_BYTES };
}

/**
 * The key of a frame. An empty KSN is none: the front refuses one that was given empty before it comes here.
 * @throws LaneProtocolError when there is none
 */
export function decodeKey(framed: FramedKey | undefined): CommandKey {
  if (framed === undefined) throw new LaneProtocolError("A command has no key.");
  return framed.ksn.length === 0 ? { sealedKey: framed.sealedKey } : { sealedKey: framed.sealedKey, ksn: framed.ksn };
}

/** How many bytes a key takes in a frame. */
export function keyLength(key: CommandKey): number {
  return key.sealedKey.length + (key.ksn?.length ?? 0);
}

/** The format of that ISO number. @throws Refusal PIN_BLOCK_FORMAT_INVALID */
export function decodeFormat(number: number, field: string): PinBlockFormat {
  const format = PIN_BLOCK_FORMATS.find((known) => known === number);
  if (format === undefined) throw new Refusal("PIN_BLOCK_FORMAT_INVALID", { field });
  return format;
}

/**
 * What `read` finds in a draft's message. The front writes known values only.
 * @throws LaneProtocolError when it is missing or says anything unknown
 */
export function decodeDraft<Draft>(framed: SealedKeyHeader | undefined, read: (sealed: SealedKeyHeader) => Draft): Draft {
  if (framed === undefined) throw new LaneProtocolError("A command has no draft.");
  try {
    return read(framed);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new LaneProtocolError("A draft has an unknown value.");
  }
}
