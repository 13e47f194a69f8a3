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

/** Whether the grant permits every name in every slot. @param request with `hasKeyNames` */
export function matchesKeys({ slots }: CompiledGrant, request: PolicyRequest): boolean {
  return slots.every(([slot, matcher]) => namesIn(request, slot).every((name) => matcher.matches(name)));
}
