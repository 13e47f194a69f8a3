import { Refusal } from "../../base/index.js";
import type { KeyReference } from "../../gen/pinmac/v1/key_reference.js";
import { isKeyName } from "../../keyblock/index.js";
import { type FieldPath, fieldAt } from "./field-path.js";

/** Which key a request means, and where it says so. */
export type KeyChoice =
  | { readonly kind: "registered"; readonly field: FieldPath; readonly name: string; readonly version?: number }
  | { readonly kind: "sealed"; readonly field: FieldPath; readonly sealedKey: Buffer };

/**
 * Takes a key reference that stands at `field`.
 * @throws Refusal REQUEST_INVALID: no reference, or a name that no key can have
 */
export function parseKeyChoice(reference: KeyReference | undefined, field: FieldPath): KeyChoice {
  const choice = reference?.reference;
  if (choice === undefined) throw new Refusal("REQUEST_INVALID", { field });
  if (choice.$case === "sealedKey") return { kind: "sealed", field, sealedKey: choice.value };
  const { name, version } = choice.value;
  if (!isKeyName(name)) throw new Refusal("REQUEST_INVALID", { field: fieldAt(field, "name.name") });
  return version === 0 ? { kind: "registered", field, name } : { kind: "registered", field, name, version };
}
