import { errorAt, type Finding, warningAt } from "./finding.js";
import type { Grant, SlotPatterns } from "./grant.js";
import { type Identity, parseIdentity } from "./identity.js";
import { isPolicyOperation, type PolicyOperation } from "./operations.js";
import type { GrantDocument, PolicyDocument } from "./policy-schema.js";

/** The grants of a document, groups resolved, and what was wrong with the identities. */
export interface ResolvedGrants {
  readonly grants: readonly Grant[];
  readonly findings: readonly Finding[];
}

/** Puts the identities of its groups into every grant. */
export function resolveGrants(document: PolicyDocument): ResolvedGrants {
  const resolved = document.grants.map((grant, index) => resolveGrant(grant, ["grants", index], document.groups));
  return {
    grants: resolved.map(({ grant }) => grant),
    findings: [...unusedGroups(document), ...resolved.flatMap(({ findings }) => findings)],
  };
}

type Groups = PolicyDocument["groups"];

function resolveGrant(document: GrantDocument, path: readonly PropertyKey[], groups: Groups) {
  const findings: Finding[] = [];
  const identities = new Map<string, Identity>();
  for (const [index, text] of document.identities.entries()) {
    const place = [...path, "identities", index];
    const members = membersOf(text, groups);
    if (members === undefined) findings.push(errorAt(place, "is neither an identity nor the name of a group."));
    // What a group has twice is told where the group is.
    for (const identity of new Map(members?.map((member) => [member.key, member])).values()) {
      if (identities.has(identity.key)) findings.push(repeated(place, text, identity, document));
      identities.set(identity.key, identity);
    }
  }
  const { name, notBefore, notAfter } = document;
  const grant: Grant = {
    name,
    identities: [...identities.values()],
    operations: operationsOf(document),
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
  };
  return { grant, findings };
}

function membersOf(text: string, groups: Groups): readonly Identity[] | undefined {
  const identity = parseIdentity(text);
  if (identity !== undefined) return [identity];
  return Object.hasOwn(groups, text) ? groups[text] : undefined;
}

/** Said twice in so many words is a mistake; two groups may well share a member. */
function repeated(place: readonly PropertyKey[], text: string, identity: Identity, { identities }: GrantDocument): Finding {
  const isSpelledOut = identities.some((other) => parseIdentity(other)?.key === identity.key);
  const isSameEntry = identities.indexOf(text) !== identities.lastIndexOf(text);
  return (isSpelledOut || isSameEntry ? errorAt : warningAt)(place, `gives ${identity.text}, which the grant has already.`);
}

function operationsOf({ operations }: GrantDocument): ReadonlyMap<PolicyOperation, SlotPatterns> {
  const granted = new Map<PolicyOperation, SlotPatterns>();
  for (const [operation, slots] of Object.entries(operations)) {
    if (isPolicyOperation(operation) && slots !== undefined) granted.set(operation, slots);
  }
  return granted;
}

function unusedGroups({ groups, grants }: PolicyDocument): Finding[] {
  const used = new Set(grants.flatMap(({ identities }) => identities));
  return Object.keys(groups)
    .filter((group) => !used.has(group))
    .map((group) => warningAt(["groups", group], "is used by no grant."));
}
