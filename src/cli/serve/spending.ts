import type { Logger } from "pino";
import { LedgerModes, type SpendingOptions } from "../../service/spending/index.js";
import { type FailureBudgets, loadBudgetSecret, openFailureBudgets } from "../../store/budgets/index.js";
import { type KsnLedger, openKsnLedger } from "../../store/ledger/index.js";
import type { BudgetSettings, LedgerSettings, ServerConfig } from "../config/index.js";

/** The ledger and the budgets of a server, open. */
export interface OpenSpending {
  readonly spending: SpendingOptions;
  /** To be called after the server has ended. */
  close(): Promise<void>;
}

/**
 * Opens what the configuration names; what it does not name is not kept. Beside each file is its secret, made at first use.
 * @throws StoreError
 */
export async function openSpending(config: Pick<ServerConfig, "ledger" | "budgets">, logger: Logger): Promise<OpenSpending> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of closers.toReversed()) await closeOne();
  };
  try {
    const ksns = config.ledger && openLedger(config.ledger, logger, closers);
    const failures = config.budgets && openBudgets(config.budgets, closers);
    return { spending: { ...(ksns && { ksns }), ...(failures && { failures }) }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openLedger(settings: LedgerSettings, logger: Logger, closers: (() => Promise<void>)[]): SpendingOptions["ksns"] {
  const { path, mode, modes, outOfOrderWindow } = settings;
  const ledger: KsnLedger = openKsnLedger(path, { outOfOrderWindow });
  closers.push(() => ledger.close());
  const secret = loadBudgetSecret(`${path}.secret`);
  closers.push(async () => secret.wipe());
  return {
    ledger,
    secret,
    modes: new LedgerModes(mode, modes),
    replaySeen: (bdkId, modeOfBdk) => logger.warn({ bdkId, mode: modeOfBdk }, "KSN used again"),
  };
}

function openBudgets(settings: BudgetSettings, closers: (() => Promise<void>)[]): SpendingOptions["failures"] {
  const { path, pinBlockPanWindowSeconds, ...limits } = settings;
  const budgets: FailureBudgets = openFailureBudgets(path, { limits, pinBlockWindowSeconds: pinBlockPanWindowSeconds });
  closers.push(() => budgets.close());
  const secret = loadBudgetSecret(`${path}.secret`);
  closers.push(async () => secret.wipe());
  return { budgets, secret };
}
