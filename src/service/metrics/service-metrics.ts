import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { ALARM_KINDS, type AlarmKind } from "../alarms/alarm-kind.js";
import { AuditMetrics } from "./audit-metrics.js";
import { CallMetrics } from "./call-metrics.js";
import { type Count, CountFamily, countEach } from "./count.js";
import { EngineMetrics } from "./engine-metrics.js";
import type { MetricsSnapshot } from "./exposition.js";
import { SpendingMetrics } from "./spending-metrics.js";
import { StoreMetrics } from "./store-metrics.js";

/**
 * Everything that is counted in one process of the service. Its labels have closed sets of values: methods, reasons, kinds. No caller, no
 * name of a key and no device is among them, so that nobody can make time series, or read from them who does what.
 */
export class ServiceMetrics {
  readonly #registry = new Registry();
  readonly calls = new CallMetrics(this.#registry);
  readonly engine = new EngineMetrics(this.#registry);
  readonly spending = new SpendingMetrics(this.#registry);
  readonly stores = new StoreMetrics(this.#registry);
  readonly audit = new AuditMetrics(this.#registry);
  readonly alarms: ReadonlyMap<AlarmKind, Count>;
  /** Alarms that stood neither in the log nor in the audit log, because there had been so many. */
  readonly suppressedAlarms: ReadonlyMap<AlarmKind, Count>;
  readonly policyReloads: ReadonlyMap<"loaded" | "refused", Count>;

  constructor(version: string) {
    const family = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
      new CountFamily(this.#registry, { name, help, labels });
    const alarms = family("pinmac_alarms_total", "Alarms by kind.", ["kind"]);
    this.alarms = countEach(alarms, "kind", ALARM_KINDS);
    const suppressed = "Alarms that were left out of the log and the audit log, because there had been so many of their kind.";
    this.suppressedAlarms = countEach(family("pinmac_alarms_suppressed_total", suppressed, ["kind"]), "kind", ALARM_KINDS);
    const reloads = family("pinmac_policy_reloads_total", "How the policy was read again: loaded, or refused.", ["outcome"]);
    this.policyReloads = countEach(reloads, "outcome", ["loaded", "refused"]);
    new Gauge({
      name: "pinmac_build_info",
      help: "1, with the versions of pinmac and of Node.",
      labelNames: ["version", "node"],
      registers: [this.#registry],
      aggregator: "first",
    }).set({ version, node: process.version }, 1);
  }

  /** Counts the process itself too: processor time, memory, the delay of the event loop. Costs a little all the time, hence on demand. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** What is counted, for `renderMetrics`. It may be sent to another process. */
  read(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON();
  }
}
