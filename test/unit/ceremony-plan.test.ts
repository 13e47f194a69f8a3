import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromWords } from "../../src/base/index.js";
import {
  CEREMONY_KINDS,
  inColumns,
  keyDraftOf,
  listSteps,
  MAX_PLAN_BYTES,
  parseCeremonyPlan,
  participantsOf,
  planDigest,
  renderPlan,
  renderPlanPages,
} from "../../src/ceremony/plan/index.js";
import { checkKeyHeaderDraft } from "../../src/keyblock/index.js";
import { YamlError } from "../../src/yaml/index.js";
import { PLANS, type PlanName, readPlan } from "../support/plans.js";

const NAMES = Object.keys(PLANS) as PlanName[];

function problemsOf(text: string): readonly string[] {
  try {
    readPlan(text);
    return [];
  } catch (error) {
    if (error instanceof YamlError) return error.problems;
    throw error;
  }
}

describe("a plan", () => {
  test("of every kind is read", () => {
    expect(new Set(NAMES.map((name) => readPlan(PLANS[name]).plan.ceremony))).toEqual(new Set(CEREMONY_KINDS));
  });

  test("has the digest of its bytes, in hex and in words", () => {
    const bytes = Buffer.from(PLANS.load);
    const digest = planDigest(bytes);
    expect(digest.hex).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(fromWords(digest.words)?.toString("hex")).toBe(digest.hex);
    expect(planDigest(Buffer.from(`${PLANS.load}\n`)).hex).not.toBe(digest.hex);
  });

  test("says of its key what the key will be", () => {
    const { plan } = readPlan(PLANS.load);
    if (plan.ceremony !== "load-key") throw new Error("a plan to load a key");
    const draft = keyDraftOf(plan.key, 3, plan.environment);
    expect(draft).toEqual({
      name: "pos/bdk",
      version: 3,
      environment: "test",
      owner: "",
      usage: "B0",
      algorithm: "TDES",
      keyLength: 16,
      modeOfUse: "X",
      exportability: "N",
      dukptType: "TDES_2KEY",
      mac: { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 8 },
    });
    expect(() => checkKeyHeaderDraft(draft)).not.toThrow();
  });

  test.each(NAMES)("%s: no field may be missing, but the optional ones", (name) => {
    const required = PLANS[name].split("\n").filter((line) => /^[a-zA-Z]/.test(line) && !line.startsWith("expectedCheckValue"));
    const optional = new Set(["newComponents", "components"]);
    for (const line of required) {
      const field = line.split(":")[0] ?? "";
      const without = PLANS[name].replace(new RegExp(`^${field}:.*(?:\\n +.*)*\\n`, "m"), "");
      if (problemsOf(without).length === 0) expect(optional).toContain(field);
    }
  });

  test.each(NAMES)("%s: a field that is unknown or does not apply is an error with its line", (name) => {
    const line = PLANS[name].split("\n").length;
    expect(problemsOf(`${PLANS[name]}force: true\n`)).toEqual([`plan.yaml:${line}: force: there is no such key.`]);
  });

  test.each([
    ["another kind", "load", "ceremony: load-key", "ceremony: destroy", /^plan\.yaml:1: ceremony: .*must be found/],
    [
      "a field of another kind",
      "retire",
      "reason: replaced",
      "components: 2\nreason: replaced",
      /:8: components: there is no such key/,
    ],
    [
      "custodians where there is nothing for them",
      "retire",
      "[anna, ben]",
      "[anna, ben], custodians: [cleo, dora]",
      /officers\.custodians: there is no such key/,
    ],
    [
      "custodians for a key made inside",
      "generate",
      "[anna, ben]",
      "[anna, ben], custodians: [cleo, dora]",
      /officers\.custodians: this ceremony has nothing/,
    ],
    ["one key manager", "load", "[anna, ben]", "[anna]", /:6: officers\.keyManagers/],
    ["the same key manager twice", "load", "[anna, ben]", "[anna, anna]", /:6: officers: anna: one person, one key, one part/],
    ["a key manager who is custodian", "load", "[cleo, dora]", "[cleo, anna]", /anna: one person/],
    ["one person with two components", "load", "[cleo, dora]", "[cleo, cleo]", /cleo: one person/],
    ["an auditor who is custodian", "load", "fritz", "dora", /dora: one person/],
    ["a name that is none", "load", "cleo", "Cleo", /officers\.custodians\.0: must be the name of an officer/],
    [
      "a custodian too few",
      "load",
      "components: 2",
      "components: 3",
      /officers\.custodians: must be 3: one for each component/,
    ],
    ["one component", "load", "components: 2", "components: 1", /components: must be a whole number from 2 to 8/],
    [
      "two components of the master key",
      "foundComponents",
      "components: 3",
      "components: 2",
      /masterKey\.components: must be a whole number from 3/,
    ],
    ["two shares", "foundShares", "threshold: 3", "threshold: 2", /masterKey\.threshold: must be a whole number from 3/],
    ["more than all shares", "foundShares", "threshold: 3", "threshold: 4", /masterKey\.threshold: must not be more/],
    [
      "a way to the master key that there is not",
      "foundInside",
      "from: token",
      "from: file",
      /masterKey\.from: .*must be token/,
    ],
    ["one key of two officers", "foundInside", "b".repeat(64), "a".repeat(64), /ben: one person, one key/],
    [
      "a fingerprint that is none",
      "foundInside",
      "b".repeat(64),
      "b".repeat(63),
      /keyManagers\.1\.fingerprint: must be the 64/,
    ],
    [
      "officers without fingerprints",
      "foundInside",
      /\{ name: anna[^}]*\}/,
      "anna",
      /keyManagers\.0: must have a name and a fingerprint/,
    ],
    [
      "a restored master key without its check value",
      "restore",
      ', expectedCheckValue: "0123456789"',
      "",
      /masterKey\.expectedCheckValue/,
    ],
    ["a short check value of an AES key", "restore", "0123456789", "012345", /masterKey\.expectedCheckValue: must be 10/],
    ["a long check value of a TDES key", "load", "a1b2c3", "a1b2c3d4e5", /expectedCheckValue: must be 6/],
    ["a whole check value", "load", "a1b2c3", "a1b2c3d4e5f60718", /expectedCheckValue: must be 6 hex digits/],
    [
      "a check value of a key that nobody has yet",
      "rotate",
      "overlapDays: 7",
      'overlapDays: 7\nexpectedCheckValue: "a1b2c3"',
      /expectedCheckValue: is for a key that is entered/,
    ],
    [
      "components entered and made",
      "rotateComponents",
      "components: 2\n",
      "components: 2\nnewComponents: 2\n",
      /newComponents: components are entered or made/,
    ],
    [
      "a printer without anything to print",
      "generate",
      "purpose",
      "printer: /dev/usb/lp0\npurpose",
      /printer: nothing is printed/,
    ],
    [
      "a file for components",
      "foundNewComponents",
      "/dev/usb/lp0",
      "/tmp/components",
      /masterKey\.printer: must be a printer's device/,
    ],
    [
      "a file by way of /dev",
      "foundNewComponents",
      "/dev/usb/lp0",
      "/dev/../tmp/components",
      /masterKey\.printer: must be a printer's device/,
    ],
    ["a usage that does not go with the mode", "load", "mode: X", "mode: B", /:12: key\.mode: does not fit/],
    ["a BDK without its type", "load", "  dukpt: { type: TDES_2KEY }\n", "", /key\.dukpt\.type: does not fit/],
    ["padding that is guessed", "load", "padding: 1, ", "", /key\.mac\.padding: does not fit/],
    ["a length that the algorithm has not", "load", "length: 16", "length: 24", /key\.length: does not fit/],
    ["a key without a length", "load", "  length: 16\n", "", /key\.length: must be a whole number/],
    ["a day that is none", "load", "  mode: X", '  mode: X\n  notAfter: "2027-02-30T00:00:00Z"', /key\.notAfter/],
    ["a purpose that moves the cursor", "load", "A key for the tests", '"\\e[2J"', /purpose: must have no control characters/],
    ["a serial number that is a number", "load", '"1a2b3c4d5e6f7a8b"', "1234", /token\.serial: must be text/],
    ["a key block over the transcript", "exportKeyBlock", "out.tr31", "out/transcript.jsonl", /keyBlock: must not be/],
    [
      "an environment that there is not",
      "load",
      "environment: test",
      "environment: staging",
      /environment: must be test or production/,
    ],
    ["an alias", "load", "[anna, ben]", "[&a anna, *a]", /aliases/],
    ["two documents", "load", "ceremony: load-key", "ceremony: load-key\n---\nceremony: load-key", /plan\.yaml:\d+: /],
    ["a duplicate", "load", "environment: test", "environment: test\nenvironment: test", /plan\.yaml:4: .*unique/],
    ["a tag", "load", "purpose: ", "purpose: !!binary ", /plan\.yaml/],
  ] as const)("with %s is refused", (_what, name, from, to, expected) => {
    const changed = PLANS[name].replace(from, to);
    expect(changed).not.toBe(PLANS[name]);
    expect(problemsOf(changed).join("\n")).toMatch(expected);
  });

  test("that is no YAML, no text or too long is refused", () => {
    expect(problemsOf("{").length).toBeGreaterThan(0);
    expect(problemsOf("")).toHaveLength(1);
    expect(problemsOf("just text")).toHaveLength(1);
    expect(problemsOf("#".repeat(MAX_PLAN_BYTES + 1))).toEqual([`plan.yaml: must have at most ${MAX_PLAN_BYTES} bytes.`]);
    expect(() => parseCeremonyPlan(Buffer.of(0xff, 0xfe), "plan.yaml")).toThrow("plan.yaml: is not UTF-8.");
  });

  test("is what the officers' page shows", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(readFileSync("docs/officers.md", "utf8"))?.[1] ?? "";
    expect(problemsOf(example)).toEqual([]);
    expect(readPlan(example).plan.ceremony).toBe("load-key");
  });

  test("never makes the reader fail otherwise, whatever it holds", () => {
    const mutated = fc
      .tuple(fc.constantFrom(...NAMES), fc.nat(600), fc.string({ maxLength: 4 }), fc.nat(4))
      .map(([name, at, added, cut]) => {
        const text: string = PLANS[name];
        return text.slice(0, at) + added + text.slice(at + cut);
      });
    fc.assert(fc.property(mutated, (text) => Array.isArray(problemsOf(text))));
  });
});

describe("the steps of a plan", () => {
  test.each(NAMES)("%s: are numbered, each by an officer of the plan, the plan confirmed first", (name) => {
    const { plan } = readPlan(PLANS[name]);
    const steps = listSteps(plan);
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
    expect(steps.slice(0, 2).map(({ kind, part }) => [kind, part])).toEqual([
      ["confirmPlan", "keyManager1"],
      ["confirmPlan", "keyManager2"],
    ]);
    const people = new Map(participantsOf(plan).map((person) => [person.name, person]));
    for (const step of steps) expect(people.get(step.officer)).toMatchObject({ part: step.part });
    // Nobody's presence is without a step.
    expect(new Set(steps.map(({ officer }) => officer))).toEqual(new Set(people.keys()));
  });

  test("give each component to one custodian, and the comparison to another", () => {
    const steps = listSteps(readPlan(PLANS.load).plan);
    expect(steps.map(({ kind, officer, component }) => [kind, officer, component])).toEqual([
      ["confirmPlan", "anna", undefined],
      ["confirmPlan", "ben", undefined],
      ["confirmPlan", "fritz", undefined],
      ["checkToken", "anna", undefined],
      ["enterComponent", "cleo", 1],
      ["enterComponent", "dora", 2],
      ["makeKey", "anna", undefined],
      ["compareCheckValue", "ben", undefined],
      ["approve", "anna", undefined],
      ["registerKey", "ben", undefined],
      ["witness", "fritz", undefined],
    ]);
  });

  test.each(NAMES)("%s: fit on 80 columns", (name) => {
    const lines = renderPlan(readPlan(PLANS[name]));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join("\n")).toContain("Step 1 of ");
  });

  test.each(NAMES)("%s: come on pages that cut no step", (name) => {
    const read = readPlan(PLANS[name]);
    const pages = renderPlanPages(read, 18);
    expect(pages.flat()).toEqual(renderPlan(read));
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(18);
    for (const [first = ""] of pages.slice(1)) expect(first).toMatch(/^(?:Step \d+ of \d+|Steps:$|Officers:$)/);
    expect(renderPlanPages(read, 3).flat()).toEqual(renderPlan(read));
  });

  test("lines are broken without losing a letter", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,300}$/), fc.stringMatching(/^[a-z]{0,20}$/), (text, label) => {
        const lines = inColumns(label, text);
        expect(lines.every((line) => line.length <= 80)).toBe(true);
        const letters = (given: string) => given.replaceAll(" ", "");
        expect(letters(lines.join("")).slice(label.length)).toBe(letters(text));
      }),
    );
  });
});
