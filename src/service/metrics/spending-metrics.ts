import type { Registry } from "prom-client";
import { BUDGET_KINDS, type BudgetKind } from "../../store/budgets/index.js";
import type { KsnUse, SpendOutcome } from "../../store/ledger/index.js";
import { type Count, CountFamily, countEach } from "./count.js";

const USES: readonly KsnUse[] = ["pin", "mac"];
const OUTCOMES: readonly SpendOutcome[] = ["accepted", "retry", "replayed"];
const MODES = ["enforce", "detect"] as const;

/** KSNs that were spent, failures that were counted, and what was refused for them. */
export class SpendingMetrics {
  readonly #spends: ReadonlyMap<KsnUse, ReadonlyMap<SpendOutcome, Count>>;
  readonly #replays: ReadonlyMap<(typeof MODES)[number], Count>;
  readonly #failures: ReadonlyMap<BudgetKind, Count>;
  readonly #refusals: ReadonlyMap<BudgetKind, Count>;

  constructor(registry: Registry) {
    const spends = new CountFamily(registry, {
      name: "pinmac_ksn_spends_total",
      help: "KSNs that came to the ledger, by what they were for and what became of them.",
      labels: ["use", "outcome"],
    });
    this.#spends = new Map(
      USES.map((use) => [use, new Map(OUTCOMES.map((outcome) => [outcome, spends.add({ use, outcome })]))]),
    );
    const replays = new CountFamily(registry, {
      name: "pinmac_ksn_replays_total",
      help: "KSNs that had been used before: refused (enforce) or served all the same (detect).",
      labels: ["mode"],
    });
    this.#replays = countEach(replays, "mode", MODES);
    const failures = new CountFamily(registry, {
      name: "pinmac_budget_failures_total",
      help: "Failures that were counted against a budget: invalid PIN blocks, PINs and MACs that did not match.",
      labels: ["budget"],
    });
    this.#failures = countEach(failures, "budget", BUDGET_KINDS);
    const refusals = new CountFamily(registry, {
      name: "pinmac_budget_refusals_total",
      help: "Calls that were refused because a budget was used up.",
      labels: ["budget"],
    });
    this.#refusals = countEach(refusals, "budget", BUDGET_KINDS);
  }

  spent(use: KsnUse, outcome: SpendOutcome): void {
    this.#spends.get(use)?.get(outcome)?.add();
  }

  replayed(mode: (typeof MODES)[number]): void {
    this.#replays.get(mode)?.add();
  }

  failed(budget: BudgetKind): void {
    this.#failures.get(budget)?.add();
  }

  refused(budget: BudgetKind): void {
    this.#refusals.get(budget)?.add();
  }
}
