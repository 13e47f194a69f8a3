import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type BudgetSubject,
  type FailureBudgets,
  type FailureBudgetsOptions,
  openFailureBudgets,
} from "../../src/store/budgets/index.js";
import { openKsnLedger } from "../../src/store/ledger/index.js";
import { refusalOf } from "../support/refusals.js";

const HOUR = 3_600_000;
const START = 1_750_000_000_000;

let folder: string;
let path: string;
let now: number;
let budgets: FailureBudgets;

const options: FailureBudgetsOptions = {
  limits: {
    pinBlock: { failures: 3, windowSeconds: 3_600 },
    pinVerification: { failures: 1, windowSeconds: 60 },
    mac: { failures: 1_000, windowSeconds: 86_400 },
  },
  pinBlockWindowSeconds: 600,
  now: () => now,
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-budgets-"));
  path = join(folder, "budgets.sqlite");
  now = START;
  budgets = openFailureBudgets(path, options);
});

afterEach(async () => {
  await budgets.close();
  rmSync(folder, { recursive: true });
});

function subject(name: number, kind: BudgetSubject["kind"] = "pinBlock"): BudgetSubject {
  return { kind, key: Buffer.alloc(32, name) };
}

function isAdmitted(...subjects: readonly BudgetSubject[]): boolean {
  try {
    budgets.admit(subjects);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ reason: "BUDGET_EXHAUSTED" });
    return false;
  }
}

async function failTimes(times: number, ...subjects: readonly BudgetSubject[]): Promise<void> {
  for (let time = 0; time < times; time++) await budgets.fail(subjects);
}

function countRows(table: "failures" | "pin_blocks"): number {
  const database = new SqliteDatabase(path);
  const count = database.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  database.close();
  return Number(count);
}

describe("a budget", () => {
  it("is used up by as many failures as it has, and says so once it is", async () => {
    expect(await budgets.fail([subject(1)])).toEqual([]);
    expect(await budgets.fail([subject(1)])).toEqual([]);
    expect(isAdmitted(subject(1))).toBe(true);
    expect(await budgets.fail([subject(1)])).toEqual([subject(1)]);
    expect(isAdmitted(subject(1))).toBe(false);
  });

  it("of 1,000 is used up by the 1,000th failure", async () => {
    const failures = Array.from({ length: 999 }, () => budgets.fail([subject(1, "mac")]));
    expect((await Promise.all(failures)).flat()).toEqual([]);
    expect(isAdmitted(subject(1, "mac"))).toBe(true);
    expect(await budgets.fail([subject(1, "mac")])).toEqual([subject(1, "mac")]);
    expect(isAdmitted(subject(1, "mac"))).toBe(false);
  });

  it("is the subject's own, and of one kind", async () => {
    await failTimes(3, subject(1));
    expect(isAdmitted(subject(2))).toBe(true);
    expect(isAdmitted(subject(1, "mac"), subject(1, "pinVerification"))).toBe(true);
    expect(isAdmitted(subject(2), subject(1))).toBe(false);
    expect(isAdmitted()).toBe(true);
  });

  it("counts for each subject of a call, and tells which are over", async () => {
    expect(await budgets.fail([subject(1), subject(2, "pinVerification")])).toEqual([subject(2, "pinVerification")]);
    expect(await budgets.fail([])).toEqual([]);
    expect(countRows("failures")).toBe(2);
  });

  it("is full when failures of one turn of the event loop reach it together", async () => {
    const over = await Promise.all([1, 2, 3].map(() => budgets.fail([subject(1)])));
    expect(over).toEqual([[], [], [subject(1)]]);
  });

  it("slides: each failure leaves the window by itself, at its very end", async () => {
    for (const minutes of [0, 10, 20]) {
      now = START + minutes * 60_000;
      await budgets.fail([subject(1)]);
    }
    now = START + HOUR - 1;
    expect(isAdmitted(subject(1))).toBe(false);
    now = START + HOUR;
    expect(isAdmitted(subject(1))).toBe(true);
    expect(await budgets.fail([subject(1)])).toEqual([subject(1)]);
    now = START + HOUR + 10 * 60_000 - 1;
    expect(isAdmitted(subject(1))).toBe(false);
    now += 1;
    expect(isAdmitted(subject(1))).toBe(true);
  });

  it("removes what has left its window", async () => {
    for (let name = 0; name < 200; name++) await budgets.fail([subject(name), subject(name, "mac")]);
    expect(countRows("failures")).toBe(400);
    now += HOUR;
    await budgets.fail([subject(201)]);
    expect(countRows("failures")).toBe(201);
  });

  it("is still used up after a restart", async () => {
    await failTimes(3, subject(1));
    await budgets.close();
    budgets = openFailureBudgets(path, options);
    expect(isAdmitted(subject(1))).toBe(false);
  });

  it("is shared by all who have the file open", async () => {
    const other = openFailureBudgets(path, options);
    await failTimes(2, subject(1));
    expect(await other.fail([subject(1)])).toEqual([subject(1)]);
    expect(isAdmitted(subject(1))).toBe(false);
    await other.close();
  });

  it("knows digests only", async () => {
    await expect(budgets.fail([{ kind: "mac", key: Buffer.from("4012345678909") }])).rejects.toThrow(RangeError);
    await expect(budgets.bindPinBlock({ pinBlock: Buffer.alloc(8), pan: Buffer.alloc(32) })).rejects.toThrow(RangeError);
  });

  it("is opened with limits that mean something", () => {
    for (const failures of [0, -1, 1.5, 1_000_001]) {
      const limits = { ...options.limits, mac: { failures, windowSeconds: 60 } };
      expect(() => openFailureBudgets(path, { ...options, limits })).toThrow(RangeError);
    }
    expect(() => openFailureBudgets(path, { ...options, pinBlockWindowSeconds: 0 })).toThrow(RangeError);
  });
});

describe("a clock that jumps", () => {
  it("back: forgives nothing, and locks for one window more at most", async () => {
    await failTimes(3, subject(1));
    now = START - 30 * 24 * HOUR;
    expect(isAdmitted(subject(1))).toBe(false);
    now += HOUR - 1;
    expect(isAdmitted(subject(1))).toBe(false);
    now += 1;
    expect(isAdmitted(subject(1))).toBe(true);
  });

  it("back, with failures of others meanwhile: the same", async () => {
    await failTimes(3, subject(1));
    now = START - 24 * HOUR;
    await budgets.fail([subject(2)]);
    now += HOUR;
    expect(isAdmitted(subject(1))).toBe(true);
  });

  it("forward: ends the windows that it jumps over, and no budget grows", async () => {
    await failTimes(3, subject(1));
    now = START + 365 * 24 * HOUR;
    expect(isAdmitted(subject(1))).toBe(true);
    await failTimes(3, subject(1));
    now = START + HOUR;
    expect(isAdmitted(subject(1))).toBe(false);
  });

  it("back: does not unbind a PIN block", async () => {
    await budgets.bindPinBlock({ pinBlock: Buffer.alloc(32, 1), pan: Buffer.alloc(32, 2) });
    now = START - HOUR;
    expect(await budgets.bindPinBlock({ pinBlock: Buffer.alloc(32, 1), pan: Buffer.alloc(32, 3) })).toBe("otherPan");
    now += 600_000;
    expect(await budgets.bindPinBlock({ pinBlock: Buffer.alloc(32, 1), pan: Buffer.alloc(32, 3) })).toBe("new");
  });
});

describe("a PIN block under a static key", () => {
  const bind = (pinBlock: number, pan: number) =>
    budgets.bindPinBlock({ pinBlock: Buffer.alloc(32, pinBlock), pan: Buffer.alloc(32, pan) });

  it("goes with the first PAN it came with", async () => {
    expect(await bind(1, 1)).toBe("new");
    expect(await bind(1, 1)).toBe("same");
    expect(await bind(1, 2)).toBe("otherPan");
    expect(await bind(2, 2)).toBe("new");
    expect(await bind(1, 1)).toBe("same");
  });

  it("with 64 PANs at once: exactly one is the first", async () => {
    const bindings = await Promise.all(Array.from({ length: 64 }, (_, pan) => bind(1, pan)));
    expect(bindings.filter((binding) => binding === "new")).toHaveLength(1);
    expect(bindings.filter((binding) => binding === "otherPan")).toHaveLength(63);
  });

  it("is free again when the window since its first use has passed, whatever came since", async () => {
    await bind(1, 1);
    now = START + 599_999;
    expect(await bind(1, 1)).toBe("same");
    expect(await bind(1, 2)).toBe("otherPan");
    now += 1;
    expect(await bind(1, 2)).toBe("new");
    expect(await bind(1, 1)).toBe("otherPan");
    expect(countRows("pin_blocks")).toBe(1);
  });

  it("is bound after a restart, and in every process", async () => {
    await bind(1, 1);
    await budgets.close();
    budgets = openFailureBudgets(path, options);
    const other = openFailureBudgets(path, options);
    expect(await bind(1, 2)).toBe("otherPan");
    expect(await other.bindPinBlock({ pinBlock: Buffer.alloc(32, 1), pan: Buffer.alloc(32, 2) })).toBe("otherPan");
    await other.close();
  });
});

describe("the file", () => {
  it("is its owner's alone, and not the ledger's", async () => {
    await budgets.fail([subject(1)]);
    for (const suffix of ["", "-wal", "-shm"]) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    expect(() => openKsnLedger(path)).toThrow(expect.objectContaining({ code: "REGISTER_NOT_OWN" }));
  });

  it("that cannot be used admits nobody", async () => {
    const other = new SqliteDatabase(path);
    other.exec("DROP TABLE failures; DROP TABLE pin_blocks");
    other.close();
    expect(refusalOf(() => budgets.admit([subject(1)]))).toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
    const binding = budgets.bindPinBlock({ pinBlock: Buffer.alloc(32), pan: Buffer.alloc(32) });
    for (const work of await Promise.allSettled([budgets.fail([subject(1)]), binding])) {
      expect(work).toMatchObject({ status: "rejected", reason: { reason: "LEDGER_UNAVAILABLE" } });
    }
  });

  it("that is closed admits nobody, and records what waited", async () => {
    const waiting = budgets.fail([subject(1, "pinVerification")]);
    await budgets.close();
    expect(await waiting).toEqual([subject(1, "pinVerification")]);
    expect(refusalOf(() => budgets.admit([subject(2)]))).toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
    await expect(budgets.fail([subject(2)])).rejects.toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
  });
});
