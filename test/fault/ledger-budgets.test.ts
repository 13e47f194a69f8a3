import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openFailureBudgets } from "../../src/store/budgets/index.js";

/** It runs the compiled budgets: `npm run build` makes them. */
const FAILER = fileURLToPath(new URL("./support/budget-failer.mjs", import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-budgets-fault-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function failInProcess(path: string, times: number, failures: number): Promise<number> {
  const child = spawn(process.execPath, [FAILER, path, String(times), String(failures)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, "close");
  return Number(text.trim() || "NaN");
}

it("two processes that are killed lose no failure of one subject: each counts those of the other", async () => {
  const path = join(folder, "budgets.sqlite");
  const over = await Promise.all([failInProcess(path, 100, 150), failInProcess(path, 100, 150)]);
  // Of 200 failures the 150th and all after it are over.
  expect(over.reduce((sum, one) => sum + one, 0)).toBe(51);
  const limit = { failures: 200, windowSeconds: 3_600 };
  const budgets = openFailureBudgets(path, {
    limits: { pinBlock: limit, pinVerification: limit, mac: limit },
    pinBlockWindowSeconds: 600,
  });
  const subject = { kind: "mac", key: Buffer.alloc(32, 1) } as const;
  expect(() => budgets.admit([subject])).toThrow(expect.objectContaining({ reason: "BUDGET_EXHAUSTED" }));
  await budgets.close();
});
