import type { Identity } from "./identity.js";
import type { KeyPattern } from "./key-pattern.js";
import type { PolicyOperation } from "./operations.js";

/** For each slot of an operation the keys that may stand in it. */
export type SlotPatterns = Readonly<Record<string, readonly KeyPattern[]>>;

/** One permission: these identities may do these operations with these keys. Grants add up; none takes away. */
export interface Grant {
  readonly name: string;
  /** Groups resolved. */
  readonly identities: readonly Identity[];
  readonly operations: ReadonlyMap<PolicyOperation, SlotPatterns>;
  /** Seconds since 1970; not before. */
  readonly notBefore?: number;
  /** Seconds since 1970; from then on no more. */
  readonly notAfter?: number;
}

/** Whether the grant holds at that second. */
export function isInForce({ notBefore, notAfter }: Grant, now: number): boolean {
  return (notBefore === undefined || now >= notBefore) && (notAfter === undefined || now < notAfter);
}
