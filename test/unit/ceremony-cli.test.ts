import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createProgram } from "../../src/cli/program.js";
import { makeAuditKey } from "../support/audit.js";
import { changeDirectory, enrolmentOf, foundDirectory, makeOfficer } from "../support/officers.js";
import { PLANS, readPlan } from "../support/plans.js";
import { playCeremony } from "../support/transcripts.js";

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-ceremony-cli-"));
  const [anna, ben, cleo, dora, fritz] = ["anna", "ben", "cleo", "dora", "fritz"].map(makeOfficer);
  if (!anna || !ben || !cleo || !dora || !fritz) throw new Error("five officers");
  let office = await foundDirectory(anna, ben);
  for (const [signer, role] of [
    [cleo, "custodian"],
    [dora, "custodian"],
    [fritz, "auditor"],
  ] as const) {
    office = await changeDirectory(office, { kind: "enrolled", officer: await enrolmentOf(signer, role) }, anna, ben);
  }
  const signers = new Map([anna, ben, cleo, dora, fritz].map((signer) => [signer.officer.name as string, signer]));
  const ceremony = { text: PLANS.load, signers, directory: office.directory.head, sealer: office.token.signer };
  await playCeremony({ ...ceremony, path: at("transcript.jsonl") });
  writeFileSync(at("plan.yaml"), PLANS.load);
  writeFileSync(at("officers.jsonl"), office.lines.join(""));
  writeFileSync(at("audit-key.pem"), office.token.publicKeyPem);
  writeFileSync(at("other-key.pem"), makeAuditKey().publicKeyPem);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs the command in this process. */
async function run(...args: string[]) {
  let out = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await createProgram().parseAsync(["node", "pinmac", "ceremony", ...args]);
  } finally {
    spy.mockRestore();
  }
  return { out, code: process.exitCode ?? 0 };
}

const check = (command: string, file: string, ...more: string[]) =>
  run(command, file, "--key", at("audit-key.pem"), "--officers", at("officers.jsonl"), ...more);

describe("ceremony plan", () => {
  test("prints digest, people and steps, and touches nothing", async () => {
    const before = readdirSync(folder);
    const { out, code } = await run("plan", at("plan.yaml"));
    expect(code).toBe(0);
    expect(out).toContain(readPlan(PLANS.load).digest.hex);
    expect(out).toContain("Step 11 of 11");
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(readdirSync(folder)).toEqual(before);
    const json = JSON.parse((await run("plan", at("plan.yaml"), "--json")).out);
    expect(json).toMatchObject({ digest: readPlan(PLANS.load).digest, plan: { ceremony: "load-key" } });
    expect(json.steps).toHaveLength(11);
    expect(json.participants).toHaveLength(5);
  });

  test("names every problem of a plan with its line", async () => {
    writeFileSync(at("bad.yaml"), PLANS.load.replace("components: 2", "components: 1\nforce: yes"));
    await expect(run("plan", at("bad.yaml"))).rejects.toThrow(
      /bad\.yaml:16: components: .*\n.*bad\.yaml:17: force: there is no such key\./,
    );
    await expect(run("plan", at("none.yaml"))).rejects.toThrow("cannot be read (ENOENT)");
  });
});

describe("ceremony verify", () => {
  test("says that a transcript holds", async () => {
    const { out, code } = await check("verify", at("transcript.jsonl"));
    expect(code).toBe(0);
    expect(out).toContain("The transcript holds: the ceremony was completed.");
    const json = JSON.parse((await check("verify", at("transcript.jsonl"), "--json")).out);
    expect(json).toMatchObject({ holds: true, outcome: "completed", ceremony: "load-key", lines: 13, sealed: true });
  });

  test("ends with 4 and names the line of a tampered copy", async () => {
    const text = readFileSync(at("transcript.jsonl"), "utf8");
    writeFileSync(at("tampered.jsonl"), text.replace('"number":2', '"number":1'));
    const { out, code } = await check("verify", at("tampered.jsonl"));
    expect(code).toBe(4);
    expect(out).toContain("DOES NOT HOLD: line 7: CHANGED");
    expect(JSON.parse((await check("verify", at("tampered.jsonl"), "--json")).out)).toMatchObject({
      holds: false,
      fault: { line: 7 },
    });
  });

  test("tells what it was given from what does not hold", async () => {
    await expect(run("verify", at("transcript.jsonl"), "--key", at("plan.yaml"))).rejects.toThrow("not a public key");
    await expect(check("verify", at("none.jsonl"))).rejects.toThrow("cannot be read (ENOENT)");
    await expect(check("verify", at("transcript.jsonl"), "--officers-key", at("other-key.pem"))).rejects.toThrow(
      "officers.jsonl: Entry 1: SEAL",
    );
    expect((await run("verify", at("transcript.jsonl"), "--key", at("audit-key.pem"))).out).toContain("line 1: DIRECTORY");
    const alone = run("verify", at("transcript.jsonl"), "--key", at("audit-key.pem"), "--expect-entry", `1:${"0".repeat(64)}`);
    await expect(alone).rejects.toThrow("give --officers");
  });

  test("names the noted entry that a directory cut off at its end has no more", async () => {
    const lines = readFileSync(at("officers.jsonl"), "utf8").trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "") as { seq: number; hash: string };
    const noted = ["--expect-entry", `${last.seq}:${last.hash}`];
    expect(await check("verify", at("transcript.jsonl"), ...noted)).toMatchObject({ code: 0 });
    writeFileSync(at("cut.jsonl"), `${lines.slice(0, -1).join("\n")}\n`);
    const cut = run("verify", at("transcript.jsonl"), "--key", at("audit-key.pem"), "--officers", at("cut.jsonl"), ...noted);
    await expect(cut).rejects.toThrow(`cut.jsonl: Entry ${last.seq}: EXPECTED`);
  });
});

describe("ceremony paper", () => {
  test("is text, or HTML, and says whether the transcript holds", async () => {
    const text = await check("paper", at("transcript.jsonl"));
    expect(text).toMatchObject({ code: 0, out: expect.stringContaining("The transcript holds") as string });
    const html = await check("paper", at("transcript.jsonl"), "--html");
    expect(html.out).toMatch(/^<!doctype html>/);
    const tampered = await check("paper", at("tampered.jsonl"));
    expect(tampered).toMatchObject({ code: 4, out: expect.stringContaining("DOES NOT HOLD") as string });
  });
});
