import type { Registry } from "prom-client";
import type { CommitObserver } from "../../store/index.js";
import { CountFamily } from "./count.js";
import { DistributionFamily, GROUP_SIZES } from "./distribution.js";

/** The files that calls wait for. */
export const STORES = ["ledger", "budgets"] as const;
export type Store = (typeof STORES)[number];

/** The commits of the ledger and of the budgets. */
export class StoreMetrics {
  readonly #observers: ReadonlyMap<Store, CommitObserver>;

  constructor(registry: Registry) {
    const durations = new DistributionFamily(registry, {
      name: "pinmac_store_commit_duration_seconds",
      help: "How long a commit took, with its sync of the disk.",
      labels: ["store"],
    });
    const groups = new DistributionFamily(
      registry,
      { name: "pinmac_store_commit_calls", help: "How many calls shared a commit.", labels: ["store"] },
      GROUP_SIZES,
    );
    const failures = new CountFamily(registry, {
      name: "pinmac_store_commit_failures_total",
      help: "Commits that failed: their calls were refused LEDGER_UNAVAILABLE.",
      labels: ["store"],
    });
    this.#observers = new Map(
      STORES.map((store) => {
        const series = { duration: durations.add({ store }), group: groups.add({ store }), failure: failures.add({ store }) };
        const committed = (calls: number, seconds: number) => {
          series.duration.observe(seconds);
          series.group.observe(calls);
        };
        return [store, { committed, failed: () => series.failure.add() }];
      }),
    );
  }

  /** What a store is opened with, so that its commits are counted. */
  observer(store: Store): CommitObserver {
    const observer = this.#observers.get(store);
    if (observer === undefined) throw new Error("there is no such store");
    return observer;
  }
}
