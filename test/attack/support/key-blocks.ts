import { randomBytes } from "node:crypto";
import { rebuildHeader, sealKeyBlock } from "../../reference/tr31.js";
import { upperHex } from "./terminal.js";

/** What the blocks of each version are made of, in bytes. A TDES key looks 24 bytes long. */
const SHAPES = { B: { payload: 32, mac: 8 }, D: { payload: 32, mac: 16 } } as const;
const LENGTH_FIELD = 2;

/** A double-length PIN key in a TR-31 block as a peer makes it, by the reference; `key` and `kbpk` in hex. */
export function pinKeyBlock(
  version: keyof typeof SHAPES,
  exportability: "E" | "N" | "S",
  kbpk: string,
  key = upperHex(randomBytes(16)),
): string {
  const { payload, mac } = SHAPES[version];
  const header = rebuildHeader(`${version}0000P0TB00${exportability}0000`, 2 * (payload + mac));
  return sealKeyBlock(header, key, upperHex(randomBytes(payload - LENGTH_FIELD - key.length / 2)), kbpk);
}
