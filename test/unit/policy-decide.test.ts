import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Caller,
  explainDecision,
  type Grant,
  type Identity,
  OPERATION_SLOTS,
  POLICY_OPERATIONS,
  Policy,
  type PolicyOperation,
  type PolicyRequest,
  parseIdentity,
  parsePolicy,
} from "../../src/policy/index.js";
import { parseKeyPattern } from "../../src/policy/key-pattern.js";
import { refusalOf } from "../support/refusals.js";

const NOW = Date.parse("2026-06-01T00:00:00Z") / 1000;

const TEXT = `version: 1
groups:
  switches: ["uri:spiffe://bank/switch-1", "uri:spiffe://bank/switch-2"]
grants:
  - name: acquiring
    identities: [switches, "dns:switch.example"]
    operations:
      translatePin: { source: [pos/bdk/*], target: [issuer/a/pin] }
      generateMac: { keys: [issuer/**] }
  - name: other-zone
    identities: [switches]
    operations:
      translatePin: { source: [atm/bdk], target: [issuer/b/pin] }
  - name: season
    identities: ["subject:CN=tms,O=Bank"]
    operations:
      signOn: { terminalMasterKey: [tmk/*], sessionKeys: [session/**] }
    notBefore: 2026-05-01T00:00:00Z
    notAfter: 2026-07-01T00:00:00Z
`;
const policy = parsePolicy(TEXT, "policy.yaml", NOW).policy;

function caller(...texts: readonly string[]): Caller {
  return texts.map((text): Identity => {
    const identity = parseIdentity(text);
    if (identity === undefined) throw new Error(`no identity: ${text}`);
    return identity;
  });
}

const SWITCH = caller("uri:spiffe://bank/switch-1");
const translate = (source: string, target: string, from = SWITCH): PolicyRequest => ({
  caller: from,
  operation: "translatePin",
  keys: { source, target },
  now: NOW,
});
const generate = (keys: string, from = SWITCH): PolicyRequest => ({
  caller: from,
  operation: "generateMac",
  keys: { keys },
  now: NOW,
});
const signOn = (now: number, sessionKeys: readonly string[]): PolicyRequest => ({
  caller: caller("subject:CN=tms,O=Bank"),
  operation: "signOn",
  keys: { terminalMasterKey: "tmk/7", sessionKeys },
  now,
});

describe("a decision", () => {
  it.each<[string, PolicyRequest, string | undefined]>([
    ["source and target of one grant", translate("pos/bdk/x", "issuer/a/pin"), "acquiring"],
    ["source and target of another", translate("atm/bdk", "issuer/b/pin"), "other-zone"],
    ["a source of one and a target of another", translate("pos/bdk/x", "issuer/b/pin"), undefined],
    ["source and target exchanged", translate("issuer/a/pin", "pos/bdk/x"), undefined],
    ["a folder's own name", translate("pos/bdk", "issuer/a/pin"), undefined],
    ["a name below a folder whose children are granted", translate("pos/bdk/x/y", "issuer/a/pin"), undefined],
    ["a name that begins as a folder does", translate("pos/bdkx", "issuer/a/pin"), undefined],
    [
      "another operation with the same key",
      { ...generate("issuer/a/pin"), operation: "verifyMac" } as PolicyRequest,
      undefined,
    ],
    ["a name far below a folder", generate("issuer/a/b/c"), "acquiring"],
    ["a name that no key can have", generate("issuer/../A"), undefined],
    ["a name with a line end", generate("issuer/a\n"), undefined],
    ["a prototype's property", generate("__proto__"), undefined],
    ["an unknown caller", generate("issuer/a", caller("uri:spiffe://bank/switch-3")), undefined],
    ["a URI in other case", generate("issuer/a", caller("uri:spiffe://bank/Switch-1")), undefined],
    ["a DNS name in other case", generate("issuer/a", caller("dns:Switch.EXAMPLE")), "acquiring"],
    ["a DNS name as a URI", generate("issuer/a", caller("uri:switch.example:443")), undefined],
    ["the second of a caller's identities", generate("issuer/a", caller("dns:x", "dns:switch.example")), "acquiring"],
    ["no identity at all", generate("issuer/a", []), undefined],
    ["the anonymous caller", generate("issuer/a", caller("anonymous")), undefined],
    ["several names in a slot", signOn(NOW, ["session/1/pin", "session/1/mac"]), "season"],
    ["several names, one of them not granted", signOn(NOW, ["session/1/pin", "issuer/a"]), undefined],
    ["a slot without a name", signOn(NOW, []), undefined],
    ["the first second", signOn(Date.parse("2026-05-01T00:00:00Z") / 1000, ["session/1"]), "season"],
    ["the second before", signOn(Date.parse("2026-05-01T00:00:00Z") / 1000 - 1, ["session/1"]), undefined],
    ["the end", signOn(Date.parse("2026-07-01T00:00:00Z") / 1000, ["session/1"]), undefined],
  ])("on %s", (_what, request, grant) => {
    expect(policy.decide(request)).toEqual(grant === undefined ? { allowed: false } : { allowed: true, grant });
    expect(explainDecision(policy, request).allowed).toBe(grant !== undefined);
  });

  it("is a refusal that says nothing else", () => {
    const { reason, field, requirement } = refusalOf(() => policy.require(generate("pos/x")));
    expect({ reason, field, requirement }).toEqual({ reason: "PERMISSION_DENIED", field: undefined, requirement: undefined });
    expect(policy.require(generate("issuer/x"))).toBe("acquiring");
  });

  it("on an operation with any key", () => {
    expect(policy.permitsSome(SWITCH, "generateMac", NOW)).toBe(true);
    expect(policy.permitsSome(SWITCH, "listKeys", NOW)).toBe(false);
    expect(policy.permitsSome(caller("subject:CN=tms,O=Bank"), "signOn", 0)).toBe(false);
  });
});

describe("an explanation", () => {
  it("names for each grant what stands in its way", () => {
    const { grants } = explainDecision(policy, translate("pos/bdk/x", "issuer/b/pin"));
    expect(grants).toEqual([
      { grant: "acquiring", obstacles: ["target: issuer/b/pin is not among issuer/a/pin."] },
      { grant: "other-zone", obstacles: ["source: pos/bdk/x is not among atm/bdk."] },
      { grant: "season", obstacles: ["It is not given to this caller.", "It does not grant translatePin."] },
    ]);
  });

  it("names the time", () => {
    const late = explainDecision(policy, signOn(NOW * 2, ["session/1"]));
    expect(late.grants.at(-1)?.obstacles).toEqual(["It ended at 2026-07-01T00:00:00Z."]);
    const early = explainDecision(policy, signOn(0, ["session/1"]));
    expect(early.grants.at(-1)?.obstacles).toEqual(["It begins at 2026-05-01T00:00:00Z."]);
  });
});

const IDENTITIES = caller("uri:a:1", "uri:a:2", "dns:x", "subject:CN=a,O=b", "anonymous");
const PATTERNS = ["**", "*", "a", "a/*", "a/**", "a/b", "a/b/*", "b/a/**", "b"].map((text) => {
  const pattern = parseKeyPattern(text);
  if (pattern === undefined) throw new Error(`no pattern: ${text}`);
  return pattern;
});
const NAMES = ["a", "b", "a/b", "a/a", "a/b/a", "b/a/a/b", "ab", "A", ""];

const operationOf = fc.constantFrom(...POLICY_OPERATIONS);
const time = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
const slotsOf = (operation: PolicyOperation) =>
  fc.record(
    Object.fromEntries(OPERATION_SLOTS[operation].map((slot) => [slot, fc.subarray(PATTERNS, { minLength: 1, maxLength: 3 })])),
  );
const grantOf = fc
  .record({
    identities: fc.subarray([...IDENTITIES], { minLength: 1 }),
    operations: fc.array(
      operationOf.chain((operation) => slotsOf(operation).map((slots) => [operation, slots] as const)),
      { minLength: 1, maxLength: 4 },
    ),
    notBefore: time,
    notAfter: time,
  })
  .map(({ operations, notBefore, notAfter, ...rest }) => ({
    ...rest,
    operations: new Map(operations),
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
  }));
const grantsOf = fc
  .array(grantOf, { maxLength: 6 })
  .map((grants) => grants.map((grant, index): Grant => ({ ...grant, name: `grant-${index}` })));
const requestOf = operationOf.chain((operation) =>
  fc
    .record({
      caller: fc.subarray([...IDENTITIES]),
      keys: fc.record(
        Object.fromEntries(
          OPERATION_SLOTS[operation].map((slot) => [slot, fc.array(fc.constantFrom(...NAMES), { maxLength: 2 })]),
        ),
      ),
      now: fc.integer({ min: 0, max: 5 }),
    })
    .map((rest) => ({ ...rest, operation }) as unknown as PolicyRequest),
);

describe("for every policy", () => {
  it("a request is allowed by the first of exactly the grants that the explanation names, each of which allows it alone", () => {
    fc.assert(
      fc.property(grantsOf, requestOf, (grants, request) => {
        const whole = new Policy(grants);
        const { allowed, grants: explained } = explainDecision(whole, request);
        const permitting = explained.filter(({ obstacles }) => obstacles.length === 0).map(({ grant }) => grant);
        const alone = grants.filter((grant) => new Policy([grant]).decide(request).allowed).map(({ name }) => name);
        expect(permitting).toEqual(alone);
        expect(allowed).toBe(permitting.length > 0);
        const decision = whole.decide(request);
        expect(decision.allowed).toBe(allowed);
        if (decision.allowed) expect(permitting).toContain(decision.grant);
      }),
      { numRuns: 1_000 },
    );
  });

  it("one more grant takes no permission away", () => {
    fc.assert(
      fc.property(grantsOf, grantOf, fc.nat(6), requestOf, (grants, added, place, request) => {
        const more = grants.toSpliced(place, 0, { ...added, name: "added" });
        if (new Policy(grants).decide(request).allowed) expect(new Policy(more).decide(request).allowed).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("what nothing grants is denied", () => {
    fc.assert(
      fc.property(requestOf, (request) => {
        expect(new Policy([]).decide(request)).toEqual({ allowed: false });
      }),
    );
  });

  it("many grants for one caller are decided as few are, again and again", () => {
    const many = Array.from(
      { length: 40 },
      (_, index) =>
        `  - { name: g${index}, identities: ["dns:a"], notAfter: 2026-07-01T00:00:00Z, operations: { generateMac: { keys: [k${index}/*] } } }`,
    );
    const crowd = parsePolicy(`version: 1\ngrants:\n${many.join("\n")}\n`, "p.yaml", NOW).policy;
    const from = caller("dns:a");
    for (const round of [1, 2]) {
      expect(crowd.decide(generate("k39/a", from)), `round ${round}`).toEqual({ allowed: true, grant: "g39" });
      expect(crowd.decide(generate("k40/a", from))).toEqual({ allowed: false });
      expect(crowd.decide(generate("k39/a", caller("dns:b")))).toEqual({ allowed: false });
      expect(crowd.decide({ ...generate("k39/a", from), now: NOW * 2 })).toEqual({ allowed: false });
      expect(crowd.decide({ ...generate("k39/a", from), operation: "verifyMac" } as PolicyRequest)).toEqual({ allowed: false });
    }
  });

  it("the properties see requests of both kinds", () => {
    const policies = fc.sample(fc.tuple(grantsOf, requestOf), { numRuns: 3_000, seed: 7 });
    const allowed = policies.filter(([grants, request]) => new Policy(grants).decide(request).allowed).length;
    expect(allowed).toBeGreaterThan(20);
    expect(allowed).toBeLessThan(2_900);
  });
});
