import { Refusal } from "../base/index.js";
import type { Caller, Policy, PolicyOperation, PolicyRequest, SlotNames } from "../policy/index.js";

/** Gives the policy in force. Asked once for each request, so that all its steps are decided by one policy. */
export interface PolicySource {
  readonly policy: Policy;
}

/** Names of keys, by the slots of an operation. */
type Slots = Readonly<Record<string, SlotNames>>;

/** What one caller may do, by the policy that was in force when its request came. */
export interface Permission {
  /** @throws Refusal PERMISSION_DENIED */
  require(operation: PolicyOperation, keys: () => Slots): void;
  /** Whether the caller may do this with the key. */
  allows(operation: PolicyOperation, keys: Slots): boolean;
  /** Whether the caller may do this with any key at all. @throws Refusal PERMISSION_DENIED */
  requireSome(operation: PolicyOperation): void;
}

/** A server without a policy, which only the test environment may be: whoever gets through TLS may do everything. */
export const EVERYTHING: Permission = { require: () => undefined, allows: () => true, requireSome: () => undefined };

const secondsNow = (): number => Math.floor(Date.now() / 1_000);

/** The permission of a caller under a policy. */
export function permissionOf(policy: Policy, caller: Caller): Permission {
  const requestOf = (operation: PolicyOperation, keys: Slots): PolicyRequest =>
    // The slots of each operation are those of `OPERATION_SLOTS`; a missing one is denied, not overlooked.
    ({ caller, operation, keys, now: secondsNow() }) as PolicyRequest;
  return {
    require: (operation, keys) => {
      policy.require(requestOf(operation, keys()));
    },
    allows: (operation, keys) => policy.decide(requestOf(operation, keys)).allowed,
    requireSome: (operation) => {
      if (!policy.permitsSome(caller, operation, secondsNow())) throw new Refusal("PERMISSION_DENIED");
    },
  };
}
