import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LedgerMode, LedgerModes, type SpendingOptions } from "../../../src/service/spending/index.js";
import {
  type BudgetKind,
  type BudgetLimit,
  type FailureBudgets,
  loadBudgetSecret,
  openFailureBudgets,
} from "../../../src/store/budgets/index.js";
import { type KsnLedger, openKsnLedger } from "../../../src/store/ledger/index.js";

/** A ledger and budgets in files of their own. */
export interface TestSpending {
  readonly options: SpendingOptions;
  readonly ledger: KsnLedger;
  readonly budgets: FailureBudgets;
  /** The modes of the replays that were reported. */
  readonly replays: string[];
  remove(): Promise<void>;
}

const LIMITS: Record<BudgetKind, BudgetLimit> = {
  pinBlock: { failures: 3, windowSeconds: 600 },
  pinVerification: { failures: 3, windowSeconds: 600 },
  mac: { failures: 3, windowSeconds: 600 },
};

export function openTestSpending(otherwise: LedgerMode = "enforce", modes: Record<string, LedgerMode> = {}): TestSpending {
  const folder = mkdtempSync(join(tmpdir(), "pinmac-spending-"));
  const ledger = openKsnLedger(join(folder, "ledger.sqlite"));
  const budgets = openFailureBudgets(join(folder, "budgets.sqlite"), { limits: LIMITS, pinBlockWindowSeconds: 600 });
  const secret = loadBudgetSecret(join(folder, "secret"));
  const replays: string[] = [];
  return {
    options: {
      ksns: { ledger, secret, modes: new LedgerModes(otherwise, modes), replaySeen: ({ mode }) => replays.push(mode) },
      failures: { budgets, secret },
    },
    ledger,
    budgets,
    replays,
    remove: async () => {
      await ledger.close();
      await budgets.close();
      secret.wipe();
      rmSync(folder, { recursive: true });
    },
  };
}
