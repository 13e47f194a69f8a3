import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuditPublicKey } from "../../src/audit/index.js";
import { fromWords } from "../../src/base/index.js";
import { listSteps } from "../../src/ceremony/plan/index.js";
import type { RefusedTry } from "../../src/ceremony/terminal/index.js";
import {
  describeVerdict,
  type Fact,
  makePaperForm,
  renderPaperHtml,
  renderPaperText,
  renderStep,
  TRANSCRIPT_FAULTS,
  type TranscriptFaultCode,
  type TranscriptVerdict,
  type TranscriptWriter,
  verifyTranscript,
} from "../../src/ceremony/transcript/index.js";
import { readLine, signedMessage, writeLine } from "../../src/ceremony/transcript/transcript-line.js";
import { OfficerDirectory, type OfficerSigner } from "../../src/officers/index.js";
import { makeAuditKey } from "../support/audit.js";
import { changeDirectory, enrolmentOf, foundDirectory, makeOfficer, type TestDirectory } from "../support/officers.js";
import { PLANS, type PlanName, withFingerprints } from "../support/plans.js";
import { doStep, openWriter, playCeremony, type TestCeremony } from "../support/transcripts.js";

const NAMES = Object.keys(PLANS) as PlanName[];
const people = ["anna", "ben", "cleo", "dora", "emil", "fritz"].map(makeOfficer);
const signers: ReadonlyMap<string, OfficerSigner> = new Map(people.map((signer) => [signer.officer.name, signer]));
const of = (name: string): OfficerSigner => {
  const signer = signers.get(name);
  if (signer === undefined) throw new Error(name);
  return signer;
};

let folder: string;
let office: TestDirectory;
let number = 0;
let loaded: string;

function ceremonyOf(text: string, more: Partial<TestCeremony> = {}): TestCeremony {
  number += 1;
  const path = join(folder, `transcript-${number}.jsonl`);
  return {
    path,
    text: withFingerprints(text, people),
    signers,
    directory: office.directory.head,
    sealer: office.token.signer,
    ...more,
  };
}

const verify = (text: string): TranscriptVerdict =>
  verifyTranscript(text, { auditPublicKey: office.key, directory: office.directory });

function faultOf(text: string): string | undefined {
  const verdict = verify(text);
  return verdict.holds ? undefined : `${verdict.fault.line} ${verdict.fault.code}`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-transcript-"));
  office = await foundDirectory(of("anna"), of("ben"));
  for (const [name, role] of [
    ["cleo", "custodian"],
    ["dora", "custodian"],
    ["fritz", "auditor"],
  ] as const) {
    office = await changeDirectory(
      office,
      { kind: "enrolled", officer: await enrolmentOf(of(name), role) },
      of("anna"),
      of("ben"),
    );
  }
  loaded = await playCeremony(ceremonyOf(PLANS.load));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of a transcript, changed, with everything that needs no key made right again: hashes, numbers, links. */
async function rewrite(
  text: string,
  change: (members: Record<string, unknown>, line: number) => Record<string, unknown>,
  sign: "keep" | ReadonlyMap<string, OfficerSigner> = "keep",
): Promise<string> {
  let previous = Buffer.alloc(32);
  let written = "";
  for (const [index, line] of text.trimEnd().split("\n").entries()) {
    const read = readLine(line);
    if (read === undefined) throw new Error("a line");
    const content = { ...change({ ...read.content }, index + 1), previous: previous.toString("hex") } as typeof read.content;
    const signer = sign === "keep" || content.kind !== "step" ? undefined : sign.get(content.officer);
    const signature = signer === undefined ? read.signature : await signer.sign(signedMessage(content));
    const sealed =
      sign !== "keep" && content.kind === "completed" ? await office.token.signer.sign(signedMessage(content)) : signature;
    const next = writeLine(content, sealed);
    previous = next.hash as typeof previous;
    written += next.text;
  }
  return written;
}

const refusedTry = (number: number) =>
  ({
    outcome: { result: "refused", reason: "entryRefused" },
    facts: [{ fact: "refusedTry", what: "component", number }],
  }) as const;

/** Writes a wrong answer of cleo's, or of nobody who could sign. */
function refuse(writer: TranscriptWriter, tried: RefusedTry, signer?: OfficerSigner): Promise<void> {
  const reason = tried.what === "officerKey" ? "officerRefused" : "entryRefused";
  return writer.record({ result: "refused", reason }, [{ fact: "refusedTry", ...tried }], signer);
}

describe("a transcript", () => {
  test.each(NAMES)("of %s is written and verified", async (name) => {
    const verdict = verify(await playCeremony(ceremonyOf(PLANS[name])));
    expect(describeVerdict(verdict)).toBe("The transcript holds: the ceremony was completed.");
    expect(verdict).toMatchObject({ holds: true, outcome: "completed", report: { sealed: true } });
    expect(fromWords(verdict.report.headWords)).toEqual(verdict.report.head.hash);
  });

  test("is a new file of its owner, and never written over", async () => {
    const ceremony = ceremonyOf(PLANS.load);
    await playCeremony(ceremony);
    expect(statSync(ceremony.path).mode & 0o777).toBe(0o600);
    expect(() => openWriter(ceremony)).toThrow("There is a file of the transcript's name already.");
    expect(() => openWriter({ ...ceremony, path: join(folder, "no", "folder") })).toThrow("The transcript cannot be written.");
    expect(existsSync(join(folder, "no"))).toBe(false);
  });

  test("says after each line where it stands, on the disk", async () => {
    const ceremony = ceremonyOf(PLANS.retire);
    const { plan, writer } = openWriter(ceremony);
    for (let line = 1; writer.nextStep !== undefined; line += 1) {
      expect(readFileSync(ceremony.path, "utf8").split("\n")).toHaveLength(line + 1);
      expect(writer.head.line).toBe(line);
      await doStep(writer, plan, signers);
    }
    writer.close();
  });

  test("takes nothing out of order, and no step without its officer or what it must say", async () => {
    const { plan, writer } = openWriter(ceremonyOf(PLANS.load));
    const done = { result: "done" } as const;
    await expect(writer.complete(office.token.signer)).rejects.toThrow("Steps are missing.");
    await expect(writer.record(done, [], of("anna"))).rejects.toThrow("does not say what it must: confirmed");
    await expect(writer.record(done, [{ fact: "confirmed", what: "plan" }])).rejects.toThrow("signed by its officer");
    await expect(writer.record(done, [{ fact: "confirmed", what: "plan" }], of("ben"))).rejects.toThrow(
      "signed by its officer",
    );
    for (let step = 0; step < 4; step += 1) await doStep(writer, plan, signers);
    const ofAnother: Fact = {
      fact: "checkValue",
      of: "component",
      number: 2,
      checkValue: { method: "TDES_ECB", value: "A1B2C3" },
    };
    await expect(writer.record(done, [ofAnother], of("cleo"))).rejects.toThrow("does not say what it must: checkValue");
    await writer.abort({ reason: "interrupted" }, office.token.signer);
    await expect(writer.abort({ reason: "interrupted" })).rejects.toThrow("has its last line");
  });

  test.each([
    ["a whole check value", { fact: "checkValue", of: "key", checkValue: { method: "TDES_ECB", value: "A1B2C3D4E5F60718" } }],
    ["five bytes of a TDES key", { fact: "checkValue", of: "key", checkValue: { method: "TDES_ECB", value: "A1B2C3D4E5" } }],
    ["a component", { fact: "checkValue", of: "key", checkValue: { method: "TDES_ECB", value: "A1B2C3" }, component: "00" }],
    ["text", { fact: "note", text: "0123456789ABCDEFFEDCBA9876543210" }],
    ["a secret as an object's name", { fact: "attributes", object: "0123456789ABCDEF", sensitive: true }],
    ["a code that is none", { fact: "refusedTry", what: "component", number: "0123456789ABCDEF" }],
    ["a digest in capitals", { fact: "keyBlock", digest: "AB".repeat(32) }],
  ])("cannot say %s", async (_what, fact) => {
    const ceremony = ceremonyOf(PLANS.load);
    const { writer } = openWriter(ceremony);
    const before = readFileSync(ceremony.path, "utf8");
    await expect(writer.record({ result: "refused", reason: "entryRefused" }, [fact as Fact], of("anna"))).rejects.toThrow();
    const reason = { result: "refused", reason: "entryRefused", code: "A1B2C3D4E5F60718" } as const;
    await expect(writer.record(reason, [], of("anna"))).rejects.toThrow();
    expect(readFileSync(ceremony.path, "utf8")).toBe(before);
    writer.close();
  });

  test("of an aborted ceremony holds, and says why", async () => {
    const ceremony = ceremonyOf(PLANS.load);
    const { plan, writer } = openWriter(ceremony);
    for (let step = 0; step < 4; step += 1) await doStep(writer, plan, signers);
    await refuse(writer, { what: "officerKey", officer: "cleo", number: 1 });
    for (const number of [1, 2, 3]) await refuse(writer, { what: "component", number }, of("cleo"));
    await writer.record({ result: "aborted", reason: "triesExhausted" }, [], of("cleo"));
    await expect(doStep(writer, plan, signers)).rejects.toThrow("No step is to come.");
    await writer.abort({ reason: "triesExhausted" }, office.token.signer);
    const verdict = verify(readFileSync(ceremony.path, "utf8"));
    expect(verdict).toMatchObject({ holds: true, outcome: "aborted", report: { sealed: true } });
    const text = renderPaperText(makePaperForm(verdict)).join("\n");
    expect(text).toContain("- try 1 at the officer's key of cleo\n      REFUSED: The officer could not show who they are.");
    for (const number of [1, 2, 3]) {
      expect(text).toContain(`- try ${number} at the entry from paper\n      REFUSED: What was entered was refused.`);
    }
    expect(text).toContain("The third entry was wrong, too.");
    expect(text).toContain("the ceremony was ABORTED.");
  });

  test.each([
    ["a second try without a first", [{ what: "component", number: 2 }]],
    ["a try that is left out", [1, 3].map((number) => ({ what: "component", number }) as const)],
    [
      "a count that goes on at another question",
      [
        { what: "component", number: 1 },
        { what: "checkValue", number: 2 },
      ],
    ],
    ["a try after the third", [1, 2, 3, 1].map((number) => ({ what: "component", number }) as const)],
    ["an entry by nobody", [{ what: "component", number: 1, by: "nobody" }]],
  ] as const)("with %s among the refused tries does not hold", async (_what, tries) => {
    const ceremony = ceremonyOf(PLANS.load);
    const { plan, writer } = openWriter(ceremony);
    for (let step = 0; step < 4; step += 1) await doStep(writer, plan, signers);
    for (const { what, number, ...more } of tries) {
      await refuse(writer, { what, number }, "by" in more ? undefined : of("cleo"));
    }
    await writer.record({ result: "aborted", reason: "triesExhausted" }, [], of("cleo"));
    await writer.abort({ reason: "triesExhausted" }, office.token.signer);
    const verdict = verify(readFileSync(ceremony.path, "utf8"));
    const code = "by" in tries[0] ? "SIGNATURE" : "FACTS";
    expect(verdict).toMatchObject({ holds: false, fault: { code, line: 5 + tries.length } });
  });

  test("in which a step that is done tells of a wrong try in the same line does not hold", async () => {
    const ceremony = ceremonyOf(PLANS.load);
    const { plan, writer } = openWriter(ceremony);
    const facts = [
      { fact: "confirmed", what: "plan" },
      { fact: "refusedTry", what: "planWords", number: 1 },
    ] as const;
    await writer.record({ result: "done" }, facts, of(listSteps(plan.plan)[0]?.officer ?? ""));
    writer.close();
    expect(verify(readFileSync(ceremony.path, "utf8"))).toMatchObject({ holds: false, fault: { code: "FACTS", line: 2 } });
  });

  test("of an aborted ceremony may lack the seal of a token that failed, and the signature of who never came", async () => {
    const ceremony = ceremonyOf(PLANS.load);
    const { writer } = openWriter(ceremony);
    await writer.record({ result: "aborted", reason: "officerRefused", code: "KEY_FILE_UNUSABLE" }, []);
    const failing = { keyId: "gone", sign: () => Promise.reject(new Error("the token is gone")) };
    await writer.abort({ reason: "officerRefused", code: "KEY_FILE_UNUSABLE" }, failing);
    const verdict = verify(readFileSync(ceremony.path, "utf8"));
    expect(verdict).toMatchObject({ holds: true, outcome: "aborted", report: { sealed: false } });
    expect(describeVerdict(verdict)).toContain("The token could not seal it.");
  });

  test("that stops anywhere is not finished", () => {
    const lines = loaded.trimEnd().split("\n");
    for (let count = 0; count < lines.length; count += 1) {
      const text = lines
        .slice(0, count)
        .map((line) => `${line}\n`)
        .join("");
      expect(faultOf(text)).toBe(`${count + 1} UNFINISHED`);
    }
    expect(faultOf(loaded.slice(0, -1))).toBe(`${lines.length} TORN`);
    expect(faultOf(`${loaded}x`)).toBe(`${lines.length + 1} TORN`);
  });
});

describe("the verifier", () => {
  test("names the line of any byte that is changed", () => {
    const lines = loaded.trimEnd().split("\n");
    for (const [index, line] of lines.entries()) {
      const bytes = Buffer.from(line);
      for (let at = index % 5; at < bytes.length; at += 5) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const text = `${lines.with(index, changed.toString()).join("\n")}\n`;
        expect(faultOf(text), `byte ${at} of line ${index + 1}`).toMatch(new RegExp(`^${index + 1} `));
      }
    }
  });

  test("names the line where one is removed, repeated, swapped or added", () => {
    const lines = loaded.trimEnd().split("\n");
    const text = (given: readonly string[]) => given.map((line) => `${line}\n`).join("");
    expect(faultOf(text(lines))).toBeUndefined();
    for (let index = 0; index < lines.length - 1; index += 1) {
      expect(faultOf(text(lines.toSpliced(index, 1)))).toBe(`${index + 1} NUMBER`);
      expect(faultOf(text(lines.toSpliced(index, 0, lines[index] ?? "")))).toBe(`${index + 2} NUMBER`);
      const swapped = lines.with(index, lines[index + 1] ?? "").with(index + 1, lines[index] ?? "");
      expect(faultOf(text(swapped))).toBe(`${index + 1} NUMBER`);
    }
    expect(faultOf(text([...lines, ""]))).toBe(`${lines.length + 1} MALFORMED`);
    expect(faultOf(text([...lines, lines.at(-1) ?? ""]))).toBe(`${lines.length + 1} NUMBER`);
  });

  test("finds what was changed with all hashes made right again", async () => {
    const { report } = verify(loaded);
    for (let line = 2; line < report.lines.length; line += 1) {
      const changed = await rewrite(loaded, (members, at) =>
        at === line ? { ...members, at: "2027-01-01T00:00:00.000Z" } : members,
      );
      expect(faultOf(changed)).toBe(`${line} SIGNATURE`);
    }
    // Nobody signs the first line: the second one's signature covers it.
    expect(faultOf(await rewrite(loaded, (members, at) => (at === 1 ? { ...members, pinmac: "9.9.9" } : members)))).toBe(
      "2 SIGNATURE",
    );
  });

  test.each<[string, (members: Record<string, unknown>, line: number) => Record<string, unknown>, TranscriptFaultCode, number]>(
    [
      [
        "another officer of the same role",
        (m, line) => (line === 2 ? { ...m, officer: "ben", publicKey: of("ben").officer.publicKey.hex } : m),
        "OFFICER",
        2,
      ],
      [
        "a custodian in a key manager's place",
        (m, line) => (line === 2 ? { ...m, officer: "cleo", publicKey: of("cleo").officer.publicKey.hex } : m),
        "OFFICER",
        2,
      ],
      [
        "a stranger's key under an officer's name",
        (m, line) => (line === 2 ? { ...m, publicKey: of("emil").officer.publicKey.hex } : m),
        "OFFICER",
        2,
      ],
      ["a key that is none", (m, line) => (line === 2 ? { ...m, publicKey: "00".repeat(32) } : m), "OFFICER", 2],
      ["no key", (m, line) => (line === 2 ? { ...m, publicKey: null } : m), "OFFICER", 2],
      ["another step", (m, line) => (line === 6 ? { ...m, step: 6 } : m), "STEP", 6],
      ["another kind of step", (m, line) => (line === 6 ? { ...m, work: "showComponent" } : m), "STEP", 6],
      ["another part", (m, line) => (line === 6 ? { ...m, part: "auditor" } : m), "STEP", 6],
      ["another component", (m, line) => (line === 6 ? { ...m, component: 2 } : m), "STEP", 6],
      ["a step without what it must say", (m, line) => (line === 6 ? { ...m, facts: [] } : m), "FACTS", 6],
      [
        "a printing that the plan does not know",
        (m, line) =>
          line === 6 ? { ...m, facts: [...(m["facts"] as object[]), { fact: "printed", of: "component", number: 1 }] } : m,
        "FACTS",
        6,
      ],
      [
        "another token than the plan's",
        (m, line) => (line === 5 ? { ...m, facts: [{ fact: "token", label: "other", serial: "1", description: "" }] } : m),
        "FACTS",
        5,
      ],
      [
        "another check value than the expected",
        (m, line) =>
          line === 9
            ? { ...m, facts: [{ fact: "checkValue", of: "key", checkValue: { method: "TDES_ECB", value: "A1B2C4" } }] }
            : m,
        "FACTS",
        9,
      ],
      [
        "another key than the plan's",
        (m, line) => (line === 11 ? { ...m, facts: [{ ...((m["facts"] as object[])[0] as object), usage: "P0" }] } : m),
        "FACTS",
        11,
      ],
      [
        "a step after an aborted one",
        (m, line) => (line === 6 ? { ...m, outcome: { result: "aborted", reason: "interrupted" } } : m),
        "AFTER_ABORT",
        7,
      ],
      ["an end before all steps are done", (m, line) => (line === 12 ? { ...m, ...refusedTry(1) } : m), "INCOMPLETE", 13],
      [
        "a first line that comes again",
        (m, line) => (line === 2 ? { ...(verify(loaded).report.lines[0] as object), line: 2 } : m),
        "OPENING",
        2,
      ],
      [
        "another plan than the one whose digest is stated",
        (m, line) => (line === 1 ? { ...m, plan: { ...(m["plan"] as object), text: PLANS.retire } } : m),
        "PLAN",
        1,
      ],
      [
        "a plan that is none",
        (m, line) => (line === 1 ? { ...m, plan: { ...(m["plan"] as object), text: "{" } } : m),
        "PLAN",
        1,
      ],
      [
        "a token that is not the plan's",
        (m, line) => (line === 1 ? { ...m, token: { ...(m["token"] as object), serial: "0000" } } : m),
        "TOKEN",
        1,
      ],
      [
        "an entry of the directory that there is not",
        (m, line) => (line === 1 ? { ...m, directory: { ...(m["directory"] as object), entry: 99 } } : m),
        "DIRECTORY",
        1,
      ],
      [
        "another directory",
        (m, line) => (line === 1 ? { ...m, directory: { ...(m["directory"] as object), hash: "00".repeat(32) } } : m),
        "DIRECTORY",
        1,
      ],
    ],
  )("finds %s, though every officer of the line signed it", async (_what, change, code, line) => {
    expect(faultOf(await rewrite(loaded, change, signers))).toBe(`${line} ${code}`);
  });

  test("takes what every officer signed anew only with the token's seal", async () => {
    const honest = await rewrite(loaded, (members) => members, signers);
    expect(faultOf(honest)).toBeUndefined();
    const unsealed = await rewrite(
      loaded,
      (members, line) => (line === 2 ? { ...members, at: "2027-01-01T00:00:00.000Z" } : members),
      signers,
    );
    const stolen = unsealed.replace(/("kind":"completed","signature":")[0-9a-f]{128}/, `$1${"0".repeat(128)}`);
    const last = stolen.trimEnd().split("\n").length;
    expect(faultOf(stolen)).toBe(`${last} CHANGED`);
    const other = makeAuditKey();
    const verdict = verifyTranscript(loaded, {
      auditPublicKey: new AuditPublicKey(other.publicKeyPem),
      directory: office.directory,
    });
    expect(verdict).toMatchObject({ holds: false, fault: { code: "SEAL", line: last } });
  });

  test("finds officers who had not the role, or were none", async () => {
    // The plan is written for others than the directory knows: dora manages keys, emil is a stranger.
    const dora = await playCeremony(ceremonyOf(PLANS.retire.replace("[anna, ben]", "[dora, ben]")));
    expect(faultOf(dora)).toBe("2 ROLE");
    const emil = await playCeremony(ceremonyOf(PLANS.retire.replace("[anna, ben]", "[emil, ben]")));
    expect(faultOf(emil)).toBe("2 OFFICER");
    const anna = await playCeremony(ceremonyOf(PLANS.load.replace("fritz", "cleo").replace("[cleo, dora]", "[fritz, dora]")));
    expect(faultOf(anna)).toBe("4 ROLE");
  });

  test("goes by who was an officer then", async () => {
    const then = ceremonyOf(PLANS.retire);
    const text = await playCeremony(then);
    const third = await changeDirectory(
      office,
      { kind: "rolesChanged", name: of("cleo").officer.name, roles: ["keyManager"] },
      of("anna"),
      of("ben"),
    );
    const later = await changeDirectory(
      third,
      { kind: "revoked", name: of("ben").officer.name, reason: "left" },
      of("anna"),
      of("cleo"),
    );
    const now = await playCeremony({ ...ceremonyOf(PLANS.retire), directory: later.directory.head });
    const keys = { auditPublicKey: office.key, directory: later.directory };
    expect(verifyTranscript(text, keys)).toMatchObject({ holds: true });
    expect(verifyTranscript(now, keys)).toMatchObject({ holds: false, fault: { line: 3, code: "OFFICER" } });
    // The older directory has not the entry that the later transcript names.
    expect(verify(now)).toMatchObject({ holds: false, fault: { line: 1, code: "DIRECTORY" } });
  });

  test("needs the directory, but for plans that name the officers' keys", async () => {
    expect(verifyTranscript(loaded, { auditPublicKey: office.key })).toMatchObject({ fault: { line: 1, code: "DIRECTORY" } });
    const found = await playCeremony(ceremonyOf(PLANS.foundInside, { directory: OfficerDirectory.EMPTY.head }));
    expect(verifyTranscript(found, { auditPublicKey: office.key })).toMatchObject({ holds: true });
    const imposter = new Map(signers).set("ben", makeOfficer("ben"));
    const forged = await playCeremony(ceremonyOf(PLANS.foundInside, { signers: imposter }));
    expect(faultOf(forged)).toBe("3 OFFICER");
  });

  test("says of a master key that can be read that it is not one", async () => {
    const found = await playCeremony(ceremonyOf(PLANS.foundInside));
    const readable = await rewrite(
      found,
      (members) =>
        members["work"] === "makeMasterKey"
          ? { ...members, facts: [{ ...((members["facts"] as object[])[0] as object), extractable: true }] }
          : members,
      signers,
    );
    expect(faultOf(readable)).toMatch(/ FACTS$/);
  });

  test("says in a sentence what is wrong, whatever it is given", () => {
    for (const text of ["", "\n", "{}\n", "null\n", `${"x".repeat(100_000)}\n`, "\u0000\n"]) {
      const verdict = verify(text);
      if (verdict.holds) throw new Error("holds");
      expect(describeVerdict(verdict)).toContain(TRANSCRIPT_FAULTS[verdict.fault.code]);
    }
  });
});

describe("the paper form", () => {
  test.each(NAMES)("of %s has 80 columns, the hash in words, and a place for each signature", async (name) => {
    const verdict = verify(await playCeremony(ceremonyOf(PLANS[name])));
    const form = makePaperForm(verdict);
    const lines = renderPaperText(form);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const words = lines.join(" ").replaceAll(/\s+/g, " ");
    expect(words).toContain(verdict.report.headWords.replaceAll("-", " "));
    for (const { name: officer } of form.signatures)
      expect(lines.some((line) => line.startsWith(officer) && line.endsWith("____"))).toBe(true);
    for (const step of verdict.report.steps) expect(words).toContain(`Step ${step.number} of ${verdict.report.steps.length}`);
  });

  test("in HTML needs nothing else, runs nothing, and shows text as text", async () => {
    const text = PLANS.load.replace("A key for the tests", `"<script>alert(1)</script> & 'more'"`);
    const html = renderPaperHtml(makePaperForm(verify(await playCeremony(ceremonyOf(text)))));
    expect(html).not.toMatch(/<script|<img|<link|https?:|url\(/i);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;more&#39;");
    expect(html.match(/class="box"/g)).toHaveLength(5);
    expect(html).toContain("@page{size:A4");
  });

  test("of a transcript that does not hold says so, and shows what does", () => {
    const cut = `${loaded.trimEnd().split("\n").slice(0, 4).join("\n")}\n`;
    const lines = renderPaperText(makePaperForm(verify(cut))).join("\n");
    expect(lines).toContain("DOES NOT HOLD: line 5: UNFINISHED");
    expect(lines).toContain("Step 3 of 11");
    expect(lines).not.toContain("Step 4 of 11");
    expect(renderPaperText(makePaperForm(verify(""))).join("\n")).toContain("DOES NOT HOLD");
  });

  test("has the lines that the screen has", async () => {
    const verdict = verify(loaded);
    const paper = renderPaperText(makePaperForm(verdict));
    for (const line of verdict.report.lines) {
      if (line.kind !== "step") continue;
      const step = verdict.report.steps[line.step - 1];
      if (step === undefined) throw new Error("a step");
      // The paper has the time as well.
      const screen = renderStep(step, verdict.report.steps.length, line.outcome, line.facts).filter(
        (shown) => !shown.includes(step.officer),
      );
      for (const shown of screen) expect(paper).toContain(shown);
    }
  });
});
