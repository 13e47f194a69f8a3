import { isKeyName } from "../keyblock/index.js";
import type { Caller } from "./identity.js";
import { OPERATION_SLOTS, type PolicyOperation, type SlotOf } from "./operations.js";

/** What a request puts into one slot: a name, or several names that must all be permitted. */
export type SlotNames = string | readonly string[];

interface RequestFor<O extends PolicyOperation> {
  readonly caller: Caller;
  readonly operation: O;
  /** Names of keys, by the slot they stand in. A sealed key goes by the name in its header. */
  readonly keys: Readonly<Record<SlotOf<O>, SlotNames>>;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Who wants to do what with which keys, and when. */
export type PolicyRequest = { readonly [O in PolicyOperation]: RequestFor<O> }[PolicyOperation];

/** The names in one slot; none, where the request has nothing there. */
export function namesIn(request: PolicyRequest, slot: string): readonly string[] {
  const names = (request.keys as Readonly<Record<string, SlotNames | undefined>>)[slot];
  return typeof names === "string" ? [names] : (names ?? []);
}

/** Whether every slot has names, and only such as a key may have. What has not is denied, whatever the policy. */
export function hasKeyNames(request: PolicyRequest): boolean {
  return OPERATION_SLOTS[request.operation].every((slot) => {
    const names = namesIn(request, slot);
    return names.length > 0 && names.every(isKeyName);
  });
}
