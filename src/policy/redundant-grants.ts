import type { Grant, SlotPatterns } from "./grant.js";
import { coversPattern } from "./key-pattern.js";
import { OPERATION_SLOTS, type PolicyOperation } from "./operations.js";

/** Whether everything that `narrow` permits is permitted by `wide` alone. */
export function coversGrant(wide: Grant, narrow: Grant): boolean {
  return (
    (wide.notBefore ?? 0) <= (narrow.notBefore ?? 0) &&
    (wide.notAfter ?? Number.POSITIVE_INFINITY) >= (narrow.notAfter ?? Number.POSITIVE_INFINITY) &&
    [...narrow.operations].every(([operation, slots]) => coversSlots(operation, wide.operations.get(operation), slots)) &&
    coversIdentities(wide, narrow)
  );
}

function coversIdentities(wide: Grant, narrow: Grant): boolean {
  const identities = new Set(wide.identities.map(({ key }) => key));
  return narrow.identities.every(({ key }) => identities.has(key));
}

function coversSlots(operation: PolicyOperation, wide: SlotPatterns | undefined, narrow: SlotPatterns): boolean {
  return OPERATION_SLOTS[operation].every((slot) =>
    (narrow[slot] ?? []).every((pattern) => (wide?.[slot] ?? []).some((wider) => coversPattern(wider, pattern))),
  );
}
