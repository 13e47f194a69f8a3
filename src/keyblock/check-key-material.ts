import { Refusal, type SecretBytes } from "../base/index.js";
import type { KeyHeaderDraft } from "./key-header.js";
import { isKnownTestKey } from "./known-test-keys.js";
import { DES_KEY_BITS, isSameKey } from "./same-key.js";
import { isWeakDesKey } from "./weak-des-keys.js";

type MaterialDraft = Pick<KeyHeaderDraft, "algorithm" | "keyLength" | "environment">;

const FIELD = "material";

function isDesFamily(draft: MaterialDraft): boolean {
  return draft.algorithm === "DES" || draft.algorithm === "TDES";
}

/** The single-DES keys that a DES or TDES key consists of; views, not copies. */
function desComponents(key: Buffer): readonly Buffer[] {
  return Array.from({ length: key.length / 8 }, (_, index) => key.subarray(8 * index, 8 * index + 8));
}

/** Two equal components make TDES weaker than its length: at worst single DES. */
function hasEqualComponents(components: readonly Buffer[]): boolean {
  return components.some((left, index) => components.slice(index + 1).some((right) => isSameKey(left, right, DES_KEY_BITS)));
}

function isAllZero(key: Buffer): boolean {
  let bits = 0;
  for (const byte of key) bits |= byte;
  return bits === 0;
}

function isWeak(draft: MaterialDraft, key: Buffer): boolean {
  if (isAllZero(key)) return true;
  if (!isDesFamily(draft)) return false;
  const components = desComponents(key);
  return components.some(isWeakDesKey) || hasEqualComponents(components);
}

/**
 * Refuses clear key material that is not as long as its header says, is all zero, has a weak or semi-weak DES component or two equal ones
 * (parity bits do not count), or, in production, is a published test key. Parity itself is neither checked nor set: some devices use the
 * parity bits as data.
 * @throws Refusal KEY_MATERIAL_INVALID
 */
export function checkKeyMaterial(draft: MaterialDraft, material: SecretBytes): void {
  const key = material.expose();
  if (key.length !== draft.keyLength || isWeak(draft, key)) {
    throw new Refusal("KEY_MATERIAL_INVALID", { field: FIELD });
  }
  if (draft.environment === "production" && isKnownTestKey(key, isDesFamily(draft))) {
    throw new Refusal("KEY_MATERIAL_INVALID", { field: FIELD, requirement: "PCI PIN 17" });
  }
}
