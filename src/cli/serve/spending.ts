import { LedgerModes, type SpendingOptions } from "../../service/spending/index.js";
import { type FailureBudgets, loadBudgetSecret, openFailureBudgets } from "../../store/budgets/index.js";
import { type KsnLedger, openKsnLedger } from "../../store/ledger/index.js";
import type { BudgetSettings, LedgerSettings, ServerConfig } from "../config/index.js";
import type { Observation } from "./observation.js";

type Closers = (() => Promise<void>)[];

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
export async function openSpending(
  config: Pick<ServerConfig, "ledger" | "budgets">,
  observation: Observation,
): Promise<OpenSpending> {
  const closers: Closers = [];
  const close = async () => {
    for (const closeOne of closers.toReversed()) await closeOne();
  };
  try {
    const ksns = config.ledger && openLedger(config.ledger, observation, closers);
    const failures = config.budgets && openBudgets(config.budgets, observation, closers);
    return { spending: { ...(ksns && { ksns }), ...(failures && { failures }) }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openLedger(settings: LedgerSettings, { metrics, alarms }: Observation, closers: Closers): SpendingOptions["ksns"] {
  const { path, mode, modes, outOfOrderWindow } = settings;
  const ledger: KsnLedger = openKsnLedger(path, { outOfOrderWindow, observer: metrics.stores.observer("ledger") });
  closers.push(() => ledger.close());
  const secret = loadBudgetSecret(`${path}.secret`);
  closers.push(async () => secret.wipe());
  return {
    ledger,
    secret,
    modes: new LedgerModes(mode, modes),
    spent: (use, outcome) => metrics.spending.spent(use, outcome),
    replaySeen: ({ bdkId, mode: modeOfBdk, caller, key }) => {
      metrics.spending.replayed(modeOfBdk);
      alarms.raise("KSN_REPLAYED", { call: { caller, keys: [key] }, replay: { bdkId, mode: modeOfBdk } });
    },
  };
}

function openBudgets(settings: BudgetSettings, { metrics }: Observation, closers: Closers): SpendingOptions["failures"] {
  const { path, pinBlockPanWindowSeconds, ...limits } = settings;
  const budgets: FailureBudgets = openFailureBudgets(path, {
    limits,
    pinBlockWindowSeconds: pinBlockPanWindowSeconds,
    observer: metrics.stores.observer("budgets"),
    refused: (kind) => metrics.spending.refused(kind),
  });
  closers.push(() => budgets.close());
  const secret = loadBudgetSecret(`${path}.secret`);
  closers.push(async () => secret.wipe());
  return { budgets, secret, failed: (kind) => metrics.spending.failed(kind) };
}
