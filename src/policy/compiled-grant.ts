import type { Grant } from "./grant.js";
import { KeyMatcher } from "./key-matcher.js";
import { OPERATION_SLOTS, type PolicyOperation } from "./operations.js";
import { namesIn, type PolicyRequest } from "./policy-request.js";

/** One operation of one grant, its patterns made ready. */
export interface CompiledGrant {
  readonly grant: Grant;
  readonly slots: readonly (readonly [slot: string, matcher: KeyMatcher])[];
}

/** Makes the operation of the grant ready. A slot without patterns matches nothing. */
export function compileGrant(grant: Grant, operation: PolicyOperation): CompiledGrant {
  const patterns = grant.operations.get(operation) ?? {};
  return { grant, slots: OPERATION_SLOTS[operation].map((slot) => [slot, new KeyMatcher(patterns[slot] ?? [])]) };
}

/** Whether every slot of the request has a name, and the grant permits every name in every slot. */
export function matchesKeys({ slots }: CompiledGrant, request: PolicyRequest): boolean {
  return slots.every(([slot, matcher]) => {
    const names = namesIn(request, slot);
    return names.length > 0 && names.every((name) => matcher.matches(name));
  });
}
