import type { KeyReference } from "../../../src/gen/pinmac/v1/key_reference.js";

/** A registered key in its newest version. */
export function keyByName(name: string): KeyReference {
  return { reference: { $case: "name", value: { name, version: 0 } } };
}
