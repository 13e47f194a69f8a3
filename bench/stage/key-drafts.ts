import type { KeyHeaderDraft } from "../../src/keyblock/index.js";

/** What every key of a measurement has in common. */
export function benchKey(name: string): Pick<KeyHeaderDraft, "name" | "version" | "exportability" | "environment" | "owner"> {
  return { name, version: 1, exportability: "N", environment: "test", owner: "bench" };
}

/** A static double-length TDES key that PIN blocks are translated from or to. */
export function staticPinKey(name: string): KeyHeaderDraft {
  return { ...benchKey(name), usage: "P0", algorithm: "TDES", keyLength: 16, modeOfUse: "B" };
}
