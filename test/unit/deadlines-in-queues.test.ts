import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Refusal } from "../../src/base/index.js";
import type { EngineOutcome } from "../../src/engine/commands/command.js";
import { CommandWindow } from "../../src/engine/lanes/command-window.js";
import { encodeOutcome } from "../../src/engine/lanes/outcome-codec.js";
import { openKsnLedger } from "../../src/store/ledger/index.js";

it("a command that waited for a lane longer than its caller is not sent", () => {
  const window = new CommandWindow(2);
  const outcomes = new Map<string, EngineOutcome>();
  let live = true;
  const add = (name: string, isWanted?: () => boolean) =>
    window.add({
      command: { kind: "probe" },
      cameAt: 0,
      settle: (outcome) => outcomes.set(name, outcome),
      ...(isWanted && { isWanted }),
    });
  add("first");
  add("second");
  add("gone", () => live);
  add("last", () => true);
  expect(window.nextBatch()).toHaveLength(2);
  live = false;
  window.settle(encodeOutcome(1, { kind: "done" }));
  expect(window.nextBatch()).toHaveLength(1);
  expect(outcomes.get("gone")).toEqual({ kind: "refused", reason: "DEADLINE_EXCEEDED" });
  expect(outcomes.has("last")).toBe(false);
  expect(window.load).toBe(2);
});

it("a spend that waited for its commit longer than its caller is not recorded, and the others of its group are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinmac-deadlines-"));
  const ledger = openKsnLedger(join(folder, "ledger.sqlite"));
  const device = (number: number) => Buffer.alloc(10, number);
  const spend = (number: number) => ({
    bdkId: "bdk",
    deviceId: device(number),
    use: "pin" as const,
    counter: 1,
    requestDigest: Buffer.alloc(32, number),
    mode: "enforce" as const,
  });
  const late = new Refusal("DEADLINE_EXCEEDED");
  const outcomes = await Promise.allSettled([
    ledger.spend([spend(1)], () => undefined),
    ledger.spend([spend(2)], () => {
      throw late;
    }),
    ledger.spend([spend(3)]),
  ]);
  expect(outcomes).toEqual([
    { status: "fulfilled", value: ["accepted"] },
    { status: "rejected", reason: late },
    { status: "fulfilled", value: ["accepted"] },
  ]);
  expect(await ledger.device("bdk", device(2))).toBeUndefined();
  expect(await ledger.device("bdk", device(3))).toBeDefined();
  await ledger.close();
  rmSync(folder, { recursive: true });
});
