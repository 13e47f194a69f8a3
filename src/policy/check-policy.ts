import { errorAt, type Finding, warningAt } from "./finding.js";
import type { Grant } from "./grant.js";
import { ANONYMOUS } from "./identity.js";
import { coversPattern, formatKeyPattern, type KeyPattern } from "./key-pattern.js";
import type { PolicyDocument } from "./policy-schema.js";
import { coversGrant } from "./redundant-grants.js";

/** What the schema cannot see: duplicates, what can never apply, what is said twice, what is wider than it looks. */
export function checkPolicy(document: PolicyDocument, grants: readonly Grant[], now: number): Finding[] {
  const empty = grants.length === 0 ? [warningAt(["grants"], "permits nobody anything: every call will be refused.")] : [];
  return [
    ...empty,
    ...checkGroups(document),
    ...grants.flatMap((grant, index) => [
      ...checkName(grant, grants.slice(0, index), ["grants", index]),
      ...checkScope(grant, ["grants", index]),
      ...checkValidity(grant, now, ["grants", index]),
      ...checkRedundancy(grant, index, grants),
    ]),
  ];
}

type Path = readonly PropertyKey[];

function checkGroups({ groups }: PolicyDocument): Finding[] {
  return Object.entries(groups).flatMap(([name, members]) =>
    members.flatMap((member, index) =>
      members.slice(0, index).some(({ key }) => key === member.key)
        ? [errorAt(["groups", name, index], `gives ${member.text}, which the group has already.`)]
        : [],
    ),
  );
}

function checkName({ name }: Grant, before: readonly Grant[], path: Path): Finding[] {
  return before.some((grant) => grant.name === name) ? [errorAt([...path, "name"], `there is a grant ${name} already.`)] : [];
}

function checkScope({ identities, operations }: Grant, path: Path): Finding[] {
  const anonymous = identities.some(({ key }) => key === ANONYMOUS.key)
    ? [warningAt([...path, "identities"], "gives it to anonymous callers: whoever reaches the port without TLS.")]
    : [];
  const nothing = operations.size === 0 ? [errorAt([...path, "operations"], "must not be empty.")] : [];
  const patterns = [...operations].flatMap(([operation, slots]) =>
    Object.entries(slots).flatMap(([slot, list]) => checkPatterns(list, [...path, "operations", operation, slot])),
  );
  const unbounded = [...operations].flatMap(([operation, slots]) =>
    Object.entries(slots).flatMap(([slot, list]) =>
      list.map(formatKeyPattern).includes("**") ? [`${operation}.${slot}`] : [],
    ),
  );
  const everyKey =
    unbounded.length === 0
      ? []
      : [warningAt([...path, "operations"], `** is every key there is and will be: ${unbounded.join(", ")}.`)];
  return [...anonymous, ...nothing, ...patterns, ...everyKey];
}

function checkPatterns(patterns: readonly KeyPattern[], path: Path): Finding[] {
  return patterns.flatMap((pattern, index) => {
    const text = formatKeyPattern(pattern);
    const place = [...path, index];
    if (patterns.slice(0, index).some((other) => formatKeyPattern(other) === text)) {
      return [errorAt(place, `${text} is in the list already.`)];
    }
    const wider = patterns.find((other) => other !== pattern && coversPattern(other, pattern));
    return wider === undefined || formatKeyPattern(wider) === text
      ? []
      : [warningAt(place, `${text} adds nothing to ${formatKeyPattern(wider)}.`)];
  });
}

function checkValidity({ notBefore, notAfter }: Grant, now: number, path: Path): Finding[] {
  if (notAfter === undefined) return [];
  if (notBefore !== undefined && notAfter <= notBefore) {
    return [errorAt([...path, "notAfter"], "is not later than notBefore: the grant can never hold.")];
  }
  return notAfter <= now ? [warningAt([...path, "notAfter"], "is past: the grant holds no more.")] : [];
}

/** Of two grants that cover each other the later one is told. */
function checkRedundancy(grant: Grant, index: number, grants: readonly Grant[]): Finding[] {
  const wider = grants.find(
    (other, place) => place !== index && coversGrant(other, grant) && (place < index || !coversGrant(grant, other)),
  );
  return wider === undefined
    ? []
    : [warningAt(["grants", index, "name"], `permits nothing that the grant ${wider.name} does not permit.`)];
}
