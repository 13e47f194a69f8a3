import { isKeyName } from "../keyblock/index.js";
import { compileGrant } from "./compiled-grant.js";
import type { Grant } from "./grant.js";
import { formatKeyPattern } from "./key-pattern.js";
import type { Policy } from "./policy.js";
import { namesIn, type PolicyRequest } from "./policy-request.js";

/** What one grant has to do with a request: `obstacles` is empty where the grant permits it. Sentences for the operator. */
export interface GrantExplanation {
  readonly grant: string;
  readonly obstacles: readonly string[];
}

/** Why the policy says what it says of a request: `allowed` is what `decide` says. */
export interface Explanation {
  readonly allowed: boolean;
  /** In the order of the policy. */
  readonly grants: readonly GrantExplanation[];
}

/** For the operator, never for the caller: it names grants and patterns. */
export function explainDecision(policy: Policy, request: PolicyRequest): Explanation {
  return {
    allowed: policy.decide(request).allowed,
    grants: policy.grants.map((grant) => ({ grant: grant.name, obstacles: obstaclesOf(grant, request) })),
  };
}

function obstaclesOf(grant: Grant, request: PolicyRequest): string[] {
  return [...identityObstacles(grant, request), ...timeObstacles(grant, request.now), ...operationObstacles(grant, request)];
}

function identityObstacles({ identities }: Grant, { caller }: PolicyRequest): string[] {
  const keys = new Set(caller.map(({ key }) => key));
  return identities.some(({ key }) => keys.has(key)) ? [] : ["It is not given to this caller."];
}

function timeObstacles({ notBefore, notAfter }: Grant, now: number): string[] {
  if (notBefore !== undefined && now < notBefore) return [`It begins at ${instantText(notBefore)}.`];
  return notAfter !== undefined && now >= notAfter ? [`It ended at ${instantText(notAfter)}.`] : [];
}

function operationObstacles(grant: Grant, request: PolicyRequest): string[] {
  const patterns = grant.operations.get(request.operation);
  if (patterns === undefined) return [`It does not grant ${request.operation}.`];
  return compileGrant(grant, request.operation).slots.flatMap(([slot, matcher]) => {
    const names = namesIn(request, slot);
    if (names.length === 0) return [`The request has no key in ${slot}.`];
    const granted = (patterns[slot] ?? []).map(formatKeyPattern).join(", ");
    return names
      .filter((name) => !(isKeyName(name) && matcher.matches(name)))
      .map((name) => `${slot}: ${name} is not among ${granted}.`);
  });
}

function instantText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
