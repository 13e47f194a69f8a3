import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PolicyError, PolicyFile, parseIdentity, parsePolicy, readPolicy } from "../../src/policy/index.js";

const NOW = Date.parse("2026-06-01T00:00:00Z") / 1000;

function problemsOf(text: string): readonly string[] {
  try {
    parsePolicy(text, "p.yaml", NOW);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  return [];
}

const grant = (name: string, identities: string, operations: string, more = "") =>
  `  - name: ${name}\n    identities: ${identities}\n    operations:\n      ${operations}\n${more}`;
const policyOf = (...grants: readonly string[]) => `version: 1\ngrants:\n${grants.join("")}`;
const MACS = "generateMac: { keys: [a/*] }";

describe("a policy that is not taken", () => {
  it.each<[string, string, readonly RegExp[]]>([
    ["an unknown key", `${policyOf(grant("a", "[dns:a]", MACS))}extra: 1\n`, [/^p\.yaml:7: extra: there is no such key/]],
    [
      "an unknown operation",
      policyOf(grant("a", "[dns:a]", "makeMac: { keys: [a] }")),
      [/^p\.yaml:6: grants\.0\.operations\.makeMac: there is no/],
    ],
    ["authorize", policyOf(grant("a", "[dns:a]", "authorize: { keys: [a] }")), [/^p\.yaml:6: .*authorize: there is no/]],
    [
      "an unknown slot",
      policyOf(grant("a", "[dns:a]", "generateMac: { keys: [a], target: [b] }")),
      [/^p\.yaml:6: .*target: there is no/],
    ],
    [
      "a slot left out",
      policyOf(grant("a", "[dns:a]", "translatePin: { source: [a] }")),
      [/^p\.yaml:6: .*target: must be a list/],
    ],
    ["an empty slot", policyOf(grant("a", "[dns:a]", "generateMac: { keys: [] }")), [/^p\.yaml:6: .*keys: must not be empty/]],
    ["no operation", policyOf(grant("a", "[dns:a]", "{}")), [/^p\.yaml:5: .*operations: must not be empty/]],
    ["no identity", policyOf(grant("a", "[]", MACS)), [/^p\.yaml:4: .*identities: must not be empty/]],
    ["a wildcard identity", policyOf(grant("a", '["dns:*.a"]', MACS)), [/^p\.yaml:4: grants\.0\.identities\.0: is neither/]],
    ["an unknown group", policyOf(grant("a", "[nobody]", MACS)), [/^p\.yaml:4: .*is neither/]],
    ["an identity twice", policyOf(grant("a", "[dns:a, dns:A]", MACS)), [/^p\.yaml:4: grants\.0\.identities\.1: gives dns:a/]],
    [
      "a grant twice",
      policyOf(grant("a", "[dns:a]", MACS), grant("a", "[dns:b]", MACS)),
      [/^p\.yaml:7: grants\.1\.name: there is a grant a/],
    ],
    [
      "an identity twice in a group",
      `groups: { g: [dns:a, dns:a] }\n${policyOf(grant("a", "[g]", MACS))}`,
      [/^p\.yaml:1: groups\.g\.1: gives/],
    ],
    [
      "a bad group name",
      `groups: { "dns:g": [dns:a] }\n${policyOf(grant("a", "[dns:a]", MACS))}`,
      [/^p\.yaml:1: groups\.dns:g: must be a name/],
    ],
    [
      "a pattern twice",
      policyOf(grant("a", "[dns:a]", "generateMac: { keys: [a/*, b, a/*] }")),
      [/^p\.yaml:6: .*keys\.2: a\/\* is in the list/],
    ],
    [
      "a validity that is none",
      policyOf(grant("a", "[dns:a]", MACS, "    notBefore: 2026-07-01T00:00:00Z\n    notAfter: 2026-07-01T00:00:00Z\n")),
      [/^p\.yaml:8: .*notAfter: is not later/],
    ],
    [
      "a day",
      policyOf(grant("a", "[dns:a]", MACS, "    notAfter: 2026-07-01\n")),
      [/^p\.yaml:7: .*notAfter: must be an instant/],
    ],
    [
      "a day that the calendar does not have",
      policyOf(grant("a", "[dns:a]", MACS, "    notAfter: 2026-02-30T00:00:00Z\n")),
      [/^p\.yaml:7: .*notAfter: must be an instant/],
    ],
    ["another version", "version: 2\ngrants: []\n", [/^p\.yaml:1: version: must be 1/]],
    ["a duplicate key", "version: 1\nversion: 1\ngrants: []\n", [/^p\.yaml:2: /]],
    ["two documents", "version: 1\ngrants: []\n---\nversion: 1\n", [/^p\.yaml:3: /]],
    ["an alias", "version: 1\ngroups: { a: &a [dns:a], b: *a }\ngrants: []\n", [/^p\.yaml: aliases are not taken/]],
    ["an empty file", "", [/^p\.yaml:1: the file: /]],
  ])("for %s", (_what, text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  });

  it.each(["A", "a*", "a/*/b", "a/***", "/a", "a/", "/**", "../*", "a b", `${"a".repeat(64)}/*`, "a".repeat(65), "^a$", ""])(
    "for a pattern that matches no key: %j",
    (pattern) => {
      const [problem] = problemsOf(policyOf(grant("a", "[dns:a]", `generateMac: { keys: [${JSON.stringify(pattern)}] }`)));
      expect(problem).toMatch(/^p\.yaml:6: grants\.0\.operations\.generateMac\.keys\.0: can match no key/);
    },
  );

  it("tells every problem of a kind at once", () => {
    expect(problemsOf(policyOf(grant("a", "[nobody]", MACS), grant("a", "[nobody]", MACS)))).toHaveLength(3);
  });
});

describe("a policy that makes one think", () => {
  it.each<[string, string, RegExp]>([
    ["that permits nothing", "version: 1\ngrants: []\n", /^p\.yaml:2: grants: permits nobody/],
    [
      "with a grant inside another",
      policyOf(grant("a", "[dns:a]", "generateMac: { keys: [a/b] }"), grant("b", "[dns:a, dns:b]", MACS)),
      /^p\.yaml:3: grants\.0\.name: permits nothing that the grant b/,
    ],
    [
      "with two grants alike",
      policyOf(grant("a", "[dns:a]", MACS), grant("b", "[dns:a]", MACS)),
      /^p\.yaml:7: grants\.1\.name: permits nothing that the grant a/,
    ],
    [
      "with a pattern inside another",
      policyOf(grant("a", "[dns:a]", "generateMac: { keys: [a/**, a/b/*] }")),
      /^p\.yaml:6: .*keys\.1: a\/b\/\* adds nothing to a\/\*\*/,
    ],
    [
      "with every key",
      policyOf(grant("a", "[dns:a]", 'generateMac: { keys: ["**"] }')),
      /^p\.yaml:5: .*every key there is and will be: generateMac\.keys\./,
    ],
    [
      "with an unused group",
      `groups: { g: [dns:a] }\n${policyOf(grant("a", "[dns:a]", MACS))}`,
      /^p\.yaml:1: groups\.g: is used by no grant/,
    ],
    [
      "with a member of two groups",
      `groups: { g: [dns:a], h: [dns:a] }\n${policyOf(grant("a", "[g, h]", MACS))}`,
      /^p\.yaml:5: .*gives dns:a/,
    ],
    ["with anonymous callers", policyOf(grant("a", "[anonymous]", MACS)), /^p\.yaml:4: .*anonymous/],
    [
      "with a grant that is past",
      policyOf(grant("a", "[dns:a]", MACS, "    notAfter: 2026-05-01T00:00:00Z\n")),
      /^p\.yaml:7: .*is past/,
    ],
  ])("%s", (_what, text, expected) => {
    const { warnings } = parsePolicy(text, "p.yaml", NOW);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(expected);
  });

  it("is not one whose grants differ in one thing", () => {
    const season = "    notAfter: 2026-07-01T00:00:00Z\n";
    const differ = [
      grant("b", "[dns:b]", MACS),
      grant("c", "[dns:a]", "generateMac: { keys: [b/*] }"),
      grant("d", "[dns:a]", "verifyMac: { keys: [a/*] }"),
    ];
    expect(parsePolicy(policyOf(grant("a", "[dns:a]", MACS, season), ...differ), "p.yaml", NOW).warnings).toEqual([]);
  });
});

describe("the policies of hsm-config", () => {
  it("are taken, and the production example without a warning", () => {
    const files = readdirSync("hsm-config").filter((file) => /policy/.test(file));
    expect(files).toEqual(["development.policy.yaml", "policy.example.yaml"]);
    const warnings = files.map((file) => readPolicy(join("hsm-config", file), NOW).warnings);
    expect(warnings[0]?.every((warning) => warning.includes("every key there is"))).toBe(true);
    expect(warnings[1]).toEqual([]);
  });
});

describe("a policy file", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pinmac-policy-"));
    file = join(folder, "policy.yaml");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const identity = parseIdentity("dns:a");
  const caller = identity === undefined ? [] : [identity];
  const permits = (policyFile: PolicyFile, key: string) =>
    policyFile.policy.decide({ caller, operation: "generateMac", keys: { keys: key }, now: NOW }).allowed;

  it("changes as a whole when it is reloaded, and not before", () => {
    writeFileSync(file, policyOf(grant("a", "[dns:a]", MACS)));
    const policyFile = new PolicyFile(file, () => NOW);
    const before = policyFile.policy;
    writeFileSync(file, policyOf(grant("a", "[dns:a]", "generateMac: { keys: [b] }")));
    expect([permits(policyFile, "a/x"), permits(policyFile, "b")]).toEqual([true, false]);
    expect(policyFile.reload()).toEqual({ loaded: true, warnings: [] });
    expect([permits(policyFile, "a/x"), permits(policyFile, "b")]).toEqual([false, true]);
    expect(before.decide({ caller, operation: "generateMac", keys: { keys: "a/x" }, now: NOW }).allowed).toBe(true);
  });

  it.each<[string, () => void, RegExp]>([
    ["is bad", () => writeFileSync(file, "version: 1\ngrants: [{}]\n"), /:2: grants\.0/],
    ["is no YAML", () => writeFileSync(file, "version: ["), /policy\.yaml:1: /],
    ["is gone", () => rmSync(file), /cannot be read \(ENOENT\)/],
  ])("keeps its policy when the new file %s", (_what, spoil, expected) => {
    writeFileSync(file, policyOf(grant("a", "[dns:a]", MACS)));
    const policyFile = new PolicyFile(file, () => NOW);
    const { policy } = policyFile;
    spoil();
    const outcome = policyFile.reload();
    expect(outcome.loaded).toBe(false);
    expect(outcome.loaded ? "" : outcome.problems.join("\n")).toMatch(expected);
    expect(policyFile.policy).toBe(policy);
    expect(permits(policyFile, "a/x")).toBe(true);
  });

  it("does not start with a bad one", () => {
    writeFileSync(file, "version: 1\n");
    expect(() => new PolicyFile(file)).toThrow(PolicyError);
    expect(readFileSync(file, "utf8")).toBe("version: 1\n");
  });
});
