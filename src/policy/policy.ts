import { Refusal } from "../base/index.js";
import { type CompiledGrant, compileGrant, matchesKeys } from "./compiled-grant.js";
import { type Grant, isInForce } from "./grant.js";
import { GrantCache } from "./grant-cache.js";
import type { Caller } from "./identity.js";
import type { PolicyOperation } from "./operations.js";
import { hasKeyNames, type PolicyRequest } from "./policy-request.js";

/** What the policy says, and the grant that says it. A denial tells nothing: `explainDecision` tells the operator why. */
export type Decision = { readonly allowed: true; readonly grant: string } | { readonly allowed: false };

const DENIED: Decision = { allowed: false };

/** So many grants are gone through faster than the cache is asked. */
const FEW_GRANTS = 8;

/**
 * Who may do what with which keys. What no grant permits is denied. It never changes, asks nobody, and knows no key: a name that no
 * key has is decided like any other, so that a denial does not tell which keys exist.
 */
export class Policy {
  readonly grants: readonly Grant[];
  readonly #matching = new GrantCache();
  /** Identity → operation → grants. */
  readonly #byIdentity = new Map<string, Map<PolicyOperation, CompiledGrant[]>>();

  constructor(grants: readonly Grant[]) {
    this.grants = grants;
    for (const grant of grants) {
      for (const operation of grant.operations.keys()) this.#add(grant, operation);
    }
  }

  /** Whether the caller may do this. Takes microseconds; call it for every step of every request, before any key is looked up. */
  decide(request: PolicyRequest): Decision {
    if (!hasKeyNames(request)) return DENIED;
    const candidates = this.#candidates(request.caller, request.operation);
    const matching =
      candidates.length > FEW_GRANTS
        ? this.#matching.get(request, () => candidates.filter((candidate) => matchesKeys(candidate, request)))
        : candidates.filter((candidate) => matchesKeys(candidate, request));
    const permitting = matching.find(({ grant }) => isInForce(grant, request.now));
    return permitting === undefined ? DENIED : { allowed: true, grant: permitting.grant.name };
  }

  /**
   * Refuses what the policy does not permit.
   * @returns the name of the grant that permits it
   * @throws Refusal PERMISSION_DENIED, without a field: which of the names was at fault is not said
   */
  require(request: PolicyRequest): string {
    const decision = this.decide(request);
    if (!decision.allowed) throw new Refusal("PERMISSION_DENIED");
    return decision.grant;
  }

  /** Whether the caller may do this with any key at all: for listings, whose rows are then decided one by one. */
  permitsSome(caller: Caller, operation: PolicyOperation, now: number): boolean {
    return this.#candidates(caller, operation).some(({ grant }) => isInForce(grant, now));
  }

  #add(grant: Grant, operation: PolicyOperation): void {
    const compiled = compileGrant(grant, operation);
    for (const key of new Set(grant.identities.map((identity) => identity.key))) {
      const operations = this.#byIdentity.get(key) ?? new Map<PolicyOperation, CompiledGrant[]>();
      this.#byIdentity.set(key, operations);
      operations.set(operation, [...(operations.get(operation) ?? []), compiled]);
    }
  }

  #candidates(caller: Caller, operation: PolicyOperation): readonly CompiledGrant[] {
    const lists = caller.flatMap(({ key }) => {
      const list = this.#byIdentity.get(key)?.get(operation);
      return list === undefined ? [] : [list];
    });
    return lists.length === 1 ? (lists[0] ?? []) : lists.flat();
  }
}
