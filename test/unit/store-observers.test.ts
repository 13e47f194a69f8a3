import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type BudgetKind, openFailureBudgets } from "../../src/store/budgets/index.js";
import type { CommitObserver } from "../../src/store/index.js";
import { openKsnLedger } from "../../src/store/ledger/index.js";

let folder: string;
let seen: string[];
let observer: CommitObserver;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-observer-"));
  seen = [];
  observer = {
    committed: (calls, seconds) => {
      expect(seconds).toBeGreaterThan(0);
      seen.push(`${calls}`);
    },
    failed: () => seen.push("failed"),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const spend = (counter: number) => ({
  bdkId: "0f6ae5d2-3b0c-4a55-9f2e-7c1d8e9a0b1c",
  deviceId: Buffer.alloc(10, 1),
  use: "pin" as const,
  counter,
  requestDigest: Buffer.alloc(32),
  mode: "enforce" as const,
});

it("a ledger tells of each commit how many calls shared it, and of one that failed", async () => {
  const path = join(folder, "ledger.sqlite");
  const ledger = openKsnLedger(path, { observer });
  await Promise.all([1, 2, 3].map((counter) => ledger.spend([spend(counter)])));
  await ledger.spend([spend(4)]);
  expect(seen).toEqual(["3", "1"]);
  const other = new SqliteDatabase(path);
  other.exec("BEGIN IMMEDIATE");
  await expect(ledger.spend([spend(5)])).rejects.toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
  other.exec("ROLLBACK");
  other.close();
  expect(seen).toEqual(["3", "1", "failed"]);
  await ledger.close();
});

it("budgets tell which kind a call was refused for, once for each call", async () => {
  const refused: BudgetKind[] = [];
  const limit = { failures: 1, windowSeconds: 600 };
  const budgets = openFailureBudgets(join(folder, "budgets.sqlite"), {
    limits: { pinBlock: limit, pinVerification: limit, mac: limit },
    pinBlockWindowSeconds: 600,
    observer,
    refused: (kind) => refused.push(kind),
  });
  const subjects = (["pinBlock", "mac"] as const).map((kind, index) => ({ kind, key: Buffer.alloc(32, index) }));
  budgets.admit(subjects);
  await budgets.fail(subjects.slice(1));
  expect(() => budgets.admit(subjects)).toThrow(expect.objectContaining({ reason: "BUDGET_EXHAUSTED" }));
  expect(refused).toEqual(["mac"]);
  expect(seen).toEqual(["1"]);
  await budgets.close();
});
