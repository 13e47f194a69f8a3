import { randomBytes } from "node:crypto";
import { encodePinBlockFormat0 } from "../crypto/index.js";
import type { Card, PinEntry } from "./card.js";

/** The PIN block before encipherment, format 0; or what a broken PIN pad takes for one. */
export function clearPinBlock(entry: PinEntry, card: Card): Buffer {
  return entry.kind === "digits" ? encodePinBlockFormat0(entry.pin, card.pan) : randomBytes(8);
}
