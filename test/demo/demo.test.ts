import { spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileDemo, DEMO, type DemoSetUp, keyFile, makeDemoSetUp } from "./demo-set-up.js";

interface Report {
  readonly asExpected: boolean;
  readonly steps: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly got: {
      readonly service: string;
      readonly responseCode?: string;
      readonly requirement?: string;
      readonly burst?: object;
    };
    readonly serviceMilliseconds: number;
  }[];
}

let setUp: DemoSetUp;

beforeAll(async () => {
  await compileDemo();
  setUp = await makeDemoSetUp();
}, 180_000);

afterAll(() => {
  if (setUp !== undefined) rmSync(setUp.folder, { recursive: true, force: true });
});

function runDemo(keys: string, ...more: string[]): { status: number | null; stdout: string; stderr: string } {
  const args = [DEMO, "--config", setUp.config, "--tls", setUp.tls, "--keys", keys, ...more];
  return spawnSync(process.execPath, args, { encoding: "utf8", timeout: 100_000 });
}

function runJson(keys: string): { status: number | null; report: Report } {
  const { status, stdout, stderr } = runDemo(keys, "--json");
  expect(stdout, stderr).not.toBe("");
  return { status, report: JSON.parse(stdout) as Report };
}

describe("the demo on a real token", () => {
  it("plays every step as expected", () => {
    const { status, report } = runJson(setUp.keys);
    const got = report.steps.map((step) => [step.id, step.got.service, step.got.responseCode, step.verdict]);
    expect(got).toEqual([
      ["1", "COMPLETED", "00", "as expected"],
      ["2", "COMPLETED", "00", "as expected"],
      ["3", "MAC_MISMATCH", "63", "as expected"],
      ["4", "COMPLETED", "55", "as expected"],
      ["5", "TRANSLATION_NOT_ALLOWED", "96", "as expected"],
      ["6", "PIN_BLOCK_INVALID", "81", "as expected"],
      ["7a", "COMPLETED", "00", "as expected"],
      ["7b", "MAC_MISMATCH", "A0", "as expected"],
      ["7c", "COMPLETED", "00", "as expected"],
      ["8", "COMPLETED", undefined, "as expected"],
      ["9a", "ANSWERED_TWICE", undefined, "as expected"],
      ["9b", "KSN_REPLAYED", "96", "as expected"],
      ["10", "PERMISSION_DENIED", undefined, "as expected"],
      ["11", "THE_LOG_HOLDS", undefined, "as expected"],
    ]);
    expect(report.steps.find(({ id }) => id === "5")?.got.requirement).toBe("PCI PIN 3-3");
    expect(report.steps.find(({ id }) => id === "8")?.got.burst).toEqual({ answered: 200, approved: 200 });
    expect(report.asExpected).toBe(true);
    expect(status).toBe(0);
  });

  it("fails when the issuer has another MAC key than the service", () => {
    const keys = join(setUp.folder, "other-keys");
    cpSync(setUp.keys, keys, { recursive: true });
    writeFileSync(keyFile({ keys }, "issuer/zone-mac"), "00112233445566778899AABBCCDDEEFF");
    const { status, report } = runJson(keys);
    expect(report.steps.find(({ id }) => id === "1")?.verdict).toBe("unexpected");
    expect(status).toBe(1);
  });

  it("is readable text within 100 columns, without colour when it is not on a terminal", () => {
    const { status, stdout } = runDemo(setUp.keys);
    expect(status).toBe(0);
    expect(stdout).not.toContain("\u001b");
    for (const line of stdout.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(100);
    expect(stdout).toContain("14 of 14 steps went as expected.");
  });

  it("says what to do when the set-up was not done", () => {
    const { status, stdout, stderr } = runDemo(join(setUp.folder, "nowhere"));
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("npm run setup");
  });
});
