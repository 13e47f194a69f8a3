import { Refusal } from "../../base/index.js";
import type { OpenedBdk, OpenedKey, OpenedMacKey, OpenedPinKey } from "../opened-key.js";
import type { CommandKey } from "./command.js";

/** What a command works with. It was admitted; its keys were opened then, and are opened again for nothing. */
export interface CommandContext {
  /** @throws Refusal SEALED_KEY_INVALID; TokenFault */
  open(key: CommandKey): OpenedKey;
  /** Random bytes of the token. */
  randomBytes(length: number): Buffer;
}

/** A key that PIN blocks are deciphered with. Admission has refused all others. */
export function asPinSource(key: OpenedKey): OpenedPinKey | OpenedBdk {
  if (key.kind === "mac") throw new Refusal("KEY_USAGE_MISMATCH");
  return key;
}

/** A key that PIN blocks are enciphered with. Admission has refused all others. */
export function asPinTarget(key: OpenedKey): OpenedPinKey {
  if (key.kind !== "pin") throw new Refusal("KEY_USAGE_MISMATCH");
  return key;
}

/** A key that MACs are made with. Admission has refused all others. */
export function asMacKey(key: OpenedKey): OpenedMacKey | OpenedBdk {
  if (key.kind === "pin") throw new Refusal("KEY_USAGE_MISMATCH");
  return key;
}
